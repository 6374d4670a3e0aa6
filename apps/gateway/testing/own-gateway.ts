/** A gateway of one's own for a spec: in this process, on a free port, with a database, a Redis and a key file that nobody else uses. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RouteOptions } from 'fastify';
import { startService } from '#platform';
import { testDatabase, testNatsUrl, testRedisUrl, until } from '#testing';
import { gatewayConfig } from '../src/config.ts';
import { gateway } from '../src/gateway.ts';

export interface OwnGateway {
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** Every route that Fastify serves, HEAD twins left out. */
  readonly routes: readonly RouteOptions[];
  readonly databaseUrl: string;
  /** Sends JSON where there is a body; reads JSON where there is some. */
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
  stop(): Promise<void>;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a spec looks into whatever came back
  readonly json: any;
}

/** @param environment GATEWAY_* variables that differ from the defaults */
export async function startGateway(environment: Readonly<Record<string, string>> = {}): Promise<OwnGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'rafaga-gateway-'));
  const database = await testDatabase('gateway');
  const config = gatewayConfig({
    DATABASE_URL: database.url,
    REDIS_URL: await testRedisUrl(),
    NATS_URL: testNatsUrl(),
    BLOB_STORE_URL: `file://${folder}/blobs`,
    GATEWAY_KEY_PATH: join(folder, 'identity.key'),
    HTTP_PORT: '0',
    LOG_LEVEL: 'silent',
    GATEWAY_SHED_ABOVE_DELAY_MS: '60000', // its event loop is also that of the test
    DATABASE_CONNECT_TIMEOUT_MS: '20000',
    DATABASE_SILENCE_MS: '30000',
    ...environment,
  });
  const routes: RouteOptions[] = [];
  const running = await startService({ ...gateway, configure: noting(routes) }, config);
  await until(async () => (await fetch(`${running.url}/health/ready`)).ok, 40_000);
  return {
    ...running,
    routes,
    databaseUrl: database.url,
    ask: (method, path, options) => ask(running.url, method, path, options),
    stop: async () => {
      await running.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const noting =
  (routes: RouteOptions[]): NonNullable<typeof gateway.configure> =>
  async (app, config) => {
    const fastify = app.getHttpAdapter().getInstance();
    fastify.addHook('onRoute', (route) => void (route.method === 'HEAD' || routes.push(route)));
    await gateway.configure?.(app, config);
  };

async function ask(url: string, method: string, path: string, { body, token, headers }: AskOptions = {}): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, json: isJson && text ? JSON.parse(text) : text };
}
