/** A cache that is too small for what is read: the recommendation appears, is applied, and goes. Real Redis and NATS; services in this process. */
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Registry, register } from 'prom-client';
import * as z from 'zod';
import type { TieredCache } from '#cache';
import { getSystemHealth, type SystemHealth } from '#contracts';
import { Bus, CACHE, PlatformModule, platformConfig, type RunningService, readConfig, startService } from '#platform';
import { type ManagedServer, startNats, testRedisUrl, until } from '#testing';
import { healthConfig } from '../config.ts';
import { HealthModule } from '../health.module.ts';

const schema = platformConfig.extend({ AUDIO_CACHE_MEMORY_MB: z.coerce.number().default(512) });

/** A service with a cache of a configured size, as audio is. */
@Module({})
class ReaderModule {
  static forConfig(config: z.output<typeof schema>) {
    const cache = { namespaces: { analysis: {} }, memory: { maxBytes: config.AUDIO_CACHE_MEMORY_MB << 20 }, registry: new Registry() };
    return { module: ReaderModule, imports: [PlatformModule.forApp({ name: 'audio', config, redis: true, cache })] };
  }
}

const patienceMs = 30_000;
const pollMs = 100;
let nats: ManagedServer;
let environment: Record<string, string>;
let health: RunningService;
let reader: RunningService;

const startReader = async (megabytes: string) => {
  register.clear(); // another service in this process brings the same process metrics
  const config = readConfig(schema, { ...environment, AUDIO_CACHE_MEMORY_MB: megabytes });
  reader = await startService({ name: 'audio', config: () => config, module: ReaderModule.forConfig }, config);
};
/** 60 values of 25 KB, round and round: 1.5 MB that a cache of 1 MB cannot keep. */
const read = async () => {
  const cache = reader.app.get(CACHE, { strict: false }) as TieredCache;
  for (let index = 0; index < 60; index++) await cache.wrap('analysis', `key ${index}`, () => 'x'.repeat(25_000));
};
const look = () => health.app.get(Bus, { strict: false }).call(getSystemHealth, {});
const about = (seen: SystemHealth) =>
  seen.recommendations.find(({ service, setting }) => `${service} ${setting}` === 'audio AUDIO_CACHE_MEMORY_MB');
const seesAfterReading = (holds: (seen: SystemHealth) => boolean) =>
  until(
    async () => {
      await read();
      return holds(await look());
    },
    patienceMs,
    pollMs,
  );

beforeAll(async () => {
  nats = await startNats();
  environment = {
    DATABASE_URL: 'postgres://nowhere/none',
    REDIS_URL: await testRedisUrl(),
    NATS_URL: nats.url,
    BLOB_STORE_URL: `file://${tmpdir()}/nowhere`,
    LOG_LEVEL: 'silent',
    HEALTH_CHECK_INTERVAL_MS: '100',
    HEALTH_GATHER_MS: '1100',
  };
  await startReader('1');
  register.clear();
  const config = healthConfig(environment);
  health = await startService({ name: 'health', config: () => config, module: HealthModule.forConfig }, config);
}, 60_000);
afterAll(async () => {
  await reader.stop();
  await health.stop();
  await nats.stop();
}, 60_000);

describe('a starved cache', () => {
  let recommended = '';

  it('is a cause, and more memory for it is recommended with what was measured', async () => {
    expect(await seesAfterReading((seen) => about(seen) !== undefined)).toBe(true);
    const seen = await look();
    expect(seen.causes).toContainEqual(expect.objectContaining({ code: 'cache-too-small', component: 'audio', grade: 'degraded' }));
    const { current, recommended: value, reason, evidence } = about(seen)!;
    expect([current, reason]).toEqual(['1', expect.stringMatching(/^Evictions [\d.]+\/s at a hit ratio of 0\.\d\d\.$/)]);
    expect(evidence.map(({ name }) => name)).toEqual(['evictions', 'cache hit ratio']);
    recommended = value;
  }, 60_000);

  it('keeps everything with the recommended memory, and nothing is recommended any more', async () => {
    await reader.stop();
    await startReader(recommended);
    const isFed = (seen: SystemHealth) => about(seen) === undefined && !seen.causes.some(({ code }) => code === 'cache-too-small');
    expect(await seesAfterReading(isFed)).toBe(true);
    const cache = reader.app.get(CACHE, { strict: false }) as TieredCache;
    expect(cache.stats().namespaces.analysis?.evictions).toBe(0);
  }, 60_000);
});
