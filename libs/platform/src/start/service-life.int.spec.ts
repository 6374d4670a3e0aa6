import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import * as z from 'zod';
import { describeService, type ReplyOf, rpc } from '#contracts';
import { freePort, startNats, startPostgres, startRedis, until } from '#testing/servers';
import { Bus } from '../bus/bus.ts';
import { Handles } from '../bus/handles.decorator.ts';
import { type PlatformConfig, platformConfig } from '../config/platform-config.ts';
import { PlatformModule } from '../platform.module.ts';
import { type RunningService, startService } from './start-service.ts';

const echo = rpc({
  subject: 'video.word.echo.v1',
  request: z.object({ word: z.string() }),
  reply: z.object({ word: z.string() }),
  failures: [],
  deadlineMs: 2_000,
});

@Controller()
class EchoHandler {
  @Handles(echo)
  echo({ word }: { word: string }) {
    return { word };
  }
}

@Module({})
class SpecModule {
  static forConfig(config: PlatformConfig) {
    const postgres = { schema: 'video', entities: [], migrations: [{ schema: 'video', steps: [] }] };
    return {
      module: SpecModule,
      imports: [PlatformModule.forApp({ name: 'video', config, postgres, redis: true, blobs: true })],
      controllers: [EchoHandler],
    };
  }
}

interface Probe {
  readonly status: number;
  readonly body: { readonly status: string; readonly details: Record<string, { status: string }>; readonly waitingFor: string[] };
}

describe('a service', () => {
  const timeoutMs = 20_000;
  let servers: {
    postgres: Awaited<ReturnType<typeof startPostgres>>;
    redis: Awaited<ReturnType<typeof startRedis>>;
    nats: Awaited<ReturnType<typeof startNats>>;
  };
  let folder: string;
  let service: RunningService;

  const probe = async (path: string): Promise<Probe> => {
    const response = await fetch(`${service.url}/health/${path}`);
    return { status: response.status, body: (await response.json()) as Probe['body'] };
  };
  const becomes = async (path: string, holds: (probe: Probe) => boolean) => until(async () => holds(await probe(path)), timeoutMs);
  const bus = () => service.app.get(Bus);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rafaga-service-'));
    const [postgres, redis, nats] = await Promise.all([startPostgres(), startRedis(), startNats()]);
    servers = { postgres, redis, nats };
    const config = platformConfig.parse({
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      NATS_URL: nats.url,
      BLOB_STORE_URL: `file://${folder}`,
      HTTP_PORT: await freePort(),
      LOG_LEVEL: 'silent',
    });
    await nats.kill();
    service = await startService({ name: 'video', config: () => config, module: SpecModule.forConfig }, config);
  }, 60_000);

  afterAll(async () => {
    await service.stop();
    for (const server of Object.values(servers)) await server.stop();
    rmSync(folder, { recursive: true });
  }, 60_000);

  it('starts before NATS: alive, not ready, and reports what it waits for', async () => {
    expect((await probe('live')).status).toBe(200);
    const ready = await probe('ready');
    expect(ready.status).toBe(503);
    expect(ready.body.details.nats).toMatchObject({ status: 'down' });
    expect((await probe('startup')).body.waitingFor).toContain('nats');
  });

  it('serves as soon as NATS is available', async () => {
    await servers.nats.restart();
    expect(await becomes('ready', ({ status }) => status === 200)).toBe(true);
    expect((await probe('startup')).status).toBe(200);
    expect(await bus().call(echo, { word: 'gust' })).toEqual({ word: 'gust' });
  });

  it('serves again after NATS was killed and restarted', async () => {
    await servers.nats.kill();
    expect(await becomes('ready', ({ body }) => body.details.nats?.status === 'down')).toBe(true);
    await expect(bus().call(echo, { word: 'lost' })).rejects.toMatchObject({ code: 'service-unavailable' });
    await servers.nats.restart();
    expect(await until(async () => (await bus().call(echo, { word: 'back' })).word === 'back', timeoutMs)).toBe(true);
  });

  it('continues without Redis, degraded', async () => {
    await servers.redis.kill();
    expect(await becomes('ready', ({ status, body }) => status === 200 && body.details.redis?.status === 'degraded')).toBe(true);
    await servers.redis.restart();
    expect(await becomes('ready', ({ body }) => body.details.redis?.status === 'up')).toBe(true);
  });

  it('is not ready without PostgreSQL, stays alive, and recovers', async () => {
    await servers.postgres.kill();
    expect(await becomes('ready', ({ status, body }) => status === 503 && body.details.postgres?.status === 'down')).toBe(true);
    expect((await probe('live')).status).toBe(200);
    await servers.postgres.restart();
    expect(await becomes('ready', ({ status }) => status === 200)).toBe(true);
  });

  it('answers the describe request that is sent to all services', async () => {
    let descriptions: ReplyOf<typeof describeService>[] = [];
    const hasAnswer = async () => {
      descriptions = await bus().gather(describeService, {}, { waitMs: 500 });
      return descriptions.length > 0;
    };
    expect(await until(hasAnswer, timeoutMs)).toBe(true); // slower answers are not included
    expect(descriptions).toEqual([
      expect.objectContaining({
        service: 'video',
        ready: true,
        dependencies: expect.arrayContaining([{ name: 'postgres', required: true, up: true }]),
      }),
    ]);
  });

  it('labels its metrics with the route template, never with the URL', async () => {
    await fetch(`${service.url}/no/such/place?secret=1`);
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(text).toMatch(/http_requests_total\{method="GET",route="\/health\/ready",status_class="2xx",service="video"\} [1-9]/);
    expect(text).toMatch(/http_requests_total\{method="GET",route="unmatched",status_class="4xx",service="video"\} 1/);
    expect(text).not.toContain('secret');
  });
});
