import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freeze, type ManagedServer, startNats, startRedis, startService, testFfmpeg, until } from '#testing';
import { grantOperator } from '../../testing/grant-operator.ts';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';

let folder: string;
let nats: ManagedServer;
let redis: ManagedServer;
let cache: ManagedServer;
let audio: ManagedServer;
let gateway: OwnGateway;
let operator: string;
let user: string;

const tokenOf = async (email: string): Promise<string> => {
  const account = { email, password: 'correct horse battery' };
  await gateway.ask('POST', '/v1/auth/register', { body: account });
  if (email === 'boss@example.org') await grantOperator(gateway.databaseUrl, email);
  return (await gateway.ask('POST', '/v1/auth/login', { body: account })).json.accessToken;
};
const ask = (method: string, path: string, body?: unknown, ifMatch = '*') =>
  gateway.ask(method, path, { token: operator, headers: { 'if-match': ifMatch }, ...(body === undefined ? {} : { body }) });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-operators-'));
  [nats, redis] = await Promise.all([startNats(), startRedis()]);
  const shared = { NATS_URL: nats.url, REDIS_URL: redis.url, BLOB_STORE_URL: `file://${folder}` };
  gateway = await startGateway({ ...shared, GATEWAY_RATE_LIMIT_PER_MINUTE: '100000' });
  const environment = { ...shared, DATABASE_URL: gateway.databaseUrl };
  [cache, audio] = await Promise.all([
    startService('cache', environment),
    startService('audio', { ...environment, FFMPEG_PATH: testFfmpeg(), WORKER_THREADS: '1', WORKER_PROCESSES: '1' }),
  ]);
  [operator, user] = [await tokenOf('boss@example.org'), await tokenOf('ana@example.org')];
}, 120_000);
afterAll(async () => {
  await gateway.stop();
  for (const server of [audio, cache, redis, nats]) await server.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

describe('the caches', () => {
  it('are for operators', async () => {
    expect((await gateway.ask('GET', '/v1/cache/stats', { token: user })).status).toBe(403);
  });

  it('show their numbers', async () => {
    const { status, json } = await ask('GET', '/v1/cache/stats?service=audio');
    expect(status).toBe(200);
    expect(json.instances).toEqual([expect.objectContaining({ service: 'audio', breakers: expect.objectContaining({ redis: 'closed' }) })]);
    expect(Object.keys(json.instances[0].namespaces)).toContain('analysis');
    expect((await ask('GET', '/v1/cache/stats?service=post')).json.code).toBe('request-invalid');
  });

  it('explain where a key stands', async () => {
    const { status, json } = await ask('GET', '/v1/cache/explain/analysis/some%2Fkey?service=audio');
    expect(status).toBe(200);
    expect(json).toMatchObject({ cold: null, instances: [{ explanation: { memory: { resident: false }, redis: null } }] });
    expect((await ask('GET', '/v1/cache/explain/nothing/key')).json.code).toBe('not-found');
  });

  it.each([
    ['a key', { namespace: 'analysis', key: 'a' }],
    ['a tag', { tag: 'owner:1' }],
    ['a namespace', { namespace: 'analysis' }],
  ])('forget %s', async (_what, body) => {
    expect(await ask('POST', '/v1/cache/invalidate', { service: 'audio', ...body })).toMatchObject({
      status: 200,
      json: { recorded: true },
    });
  });

  it.each([[{}], [{ key: 'a' }], [{ tag: 't', namespace: 'analysis' }], [{ namespace: 'Not A Name' }], [{ service: 'nobody', tag: 't' }]])(
    'refuse to forget %j',
    async (body) => {
      expect((await ask('POST', '/v1/cache/invalidate', body)).json.code).toBe('request-invalid');
    },
  );

  it('warm what they are told to', async () => {
    const { json } = await ask('POST', '/v1/cache/warm', { namespace: 'recording', keys: ['nobody has it'] });
    expect(json).toMatchObject({ keys: 1, instances: [{ service: 'audio', report: { loaded: 0, failed: 1 } }] });
  });

  it('take a new rule, keep it over a restart, and go back', async () => {
    const path = '/v1/cache/namespaces/recording?service=audio';
    const rules = async () => (await ask('GET', '/v1/cache/stats?service=audio')).json.instances[0]?.namespaces.recording;
    expect((await ask('PATCH', path, { strategy: 'lru', ttlSeconds: 60 })).json.settings).toEqual({ strategy: 'lru', ttlSeconds: 60 });
    expect(await rules()).toMatchObject({ strategy: 'lru', ttlSeconds: 60 });
    await audio.restart();
    expect(await until(async () => (await rules())?.strategy === 'lru', 20_000, 200)).toBe(true);
    expect((await ask('PATCH', path, { strategy: null, ttlSeconds: null })).json.settings).toEqual({});
    expect(await rules()).toMatchObject({ strategy: 'adaptive', ttlSeconds: 86_400 });
  }, 60_000);

  it('let one of two changes through that began with the same', async () => {
    const path = '/v1/cache/namespaces/analysis?service=audio';
    const [read, unknown] = [await ask('GET', path), await ask('GET', '/v1/cache/namespaces/nothing?service=audio')];
    expect(read.json).toMatchObject({ service: 'audio', namespace: 'analysis', settings: {}, instances: [{}], links: { self: path } });
    expect([read.json.revision, unknown.json.code]).toEqual([undefined, 'not-found']);
    expect((await ask('GET', '/v1/cache/namespaces/constructor?service=audio')).json.code).toBe('not-found'); // a name that objects have
    const etag = read.headers.get('etag')!;
    const edits = await Promise.all([60, 70].map((ttlSeconds) => ask('PATCH', path, { ttlSeconds }, etag)));
    const kept = edits.find(({ status }) => status === 200)!;
    expect(edits.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await ask('GET', path)).json).toEqual(kept.json);
    expect((await ask('PATCH', path, { ttlSeconds: null }, kept.headers.get('etag')!)).json.settings).toEqual({});
    expect((await gateway.ask('PATCH', path, { token: operator, body: { ttlSeconds: 5 } })).status).toBe(428);
  });

  it('refuse a rule that does not fit, and name the field that is no rule', async () => {
    const path = '/v1/cache/namespaces/recording';
    expect((await ask('PATCH', path, { maxBytes: 2 ** 39 })).json.code).toBe('request-invalid');
    const { json } = await ask('PATCH', path, { strategy: 'fifo', colour: 'red' });
    expect(json.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(['/colour', '/strategy']);
  });

  it('answer 503 without their service, and nothing else suffers', async () => {
    await cache.kill();
    const refused = async () => (await ask('GET', '/v1/cache/stats')).json.code === 'service-unavailable';
    expect(await until(refused, 20_000)).toBe(true); // what NATS hands to the dead one before it notices runs into its deadline
    expect((await ask('GET', '/v1/cache/stats')).status).toBe(503);
    expect((await ask('GET', '/v1/tracks')).status).toBe(200);
    expect((await fetch(`${audio.url}/health/ready`)).ok).toBe(true);
    await cache.restart();
    expect(await until(async () => (await ask('GET', '/v1/cache/stats')).status === 200, 20_000)).toBe(true);
  }, 60_000);

  it('tell when Redis is frozen, and that they have healed', async () => {
    const breakers = async () => (await ask('GET', '/v1/cache/stats?service=audio')).json.instances[0]?.breakers.redis;
    const thaw = freeze(redis);
    try {
      const opens = async () => {
        await ask('GET', '/v1/cache/explain/analysis/any');
        return (await breakers()) !== 'closed';
      };
      expect(await until(opens, 20_000)).toBe(true);
      expect((await fetch(`${audio.url}/health/ready`)).ok).toBe(true);
      expect(await (await fetch(`${audio.url}/metrics`)).text()).toMatch(/audio_cache_breaker_open\{cache_type="l2"[^}]*\} 1/);
    } finally {
      thaw();
    }
    expect(await until(async () => (await breakers()) === 'closed', 20_000)).toBe(true);
  }, 60_000);
});
