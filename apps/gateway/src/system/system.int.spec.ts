/** The health of a system of real processes: causes, recommendations and the configuration, through the API. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { healthChanged } from '#contracts';
import { Bus, Database } from '#platform';
import { freeze, type ManagedServer, startNats, startRedis, startService, testFfmpeg, until } from '#testing';
import { grantOperator } from '../../testing/grant-operator.ts';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';

const patienceMs = 30_000;
const pollMs = 200;
let folder: string;
let nats: ManagedServer;
let redis: ManagedServer;
let services: ManagedServer[];
let gateway: OwnGateway;
let operator: string;
const changes: string[] = [];

const health = async () => (await gateway.ask('GET', '/v1/system/health', { token: operator })).json;
const codes = async () => (await health()).causes.map(({ component, code }: { component: string; code: string }) => `${component} ${code}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-system-'));
  [nats, redis] = await Promise.all([startNats(), startRedis()]);
  const shared = { NATS_URL: nats.url, REDIS_URL: redis.url, BLOB_STORE_URL: `file://${folder}` };
  gateway = await startGateway({
    ...shared,
    GATEWAY_RATE_LIMIT_PER_MINUTE: '100000',
    NATS_SILENCE_MS: '600',
  });
  const environment = { ...shared, DATABASE_URL: gateway.databaseUrl };
  const quick = { HEALTH_CHECK_INTERVAL_MS: '300', HEALTH_GATHER_MS: '1100', NATS_SILENCE_MS: '600' };
  const audio = { FFMPEG_PATH: testFfmpeg(), WORKER_THREADS: '1', WORKER_PROCESSES: '1', AUDIO_CACHE_MEMORY_MB: '64' };
  services = await Promise.all([
    startService('health', { ...environment, ...quick }),
    startService('health', { ...environment, ...quick }),
    startService('audio', { ...environment, ...audio, NATS_SILENCE_MS: '600' }),
  ]);
  await gateway.app.get(Bus, { strict: false }).subscribe(healthChanged, ({ component, to }) => void changes.push(`${component} ${to}`));
  const account = { email: 'boss@example.org', password: 'correct horse battery' };
  await gateway.ask('POST', '/v1/auth/register', { body: account });
  await grantOperator(gateway.databaseUrl, account.email);
  operator = (await gateway.ask('POST', '/v1/auth/login', { body: account })).json.accessToken;
}, 120_000);
afterAll(async () => {
  await gateway.stop();
  for (const server of [...services, redis, nats]) await server.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

describe('the health of the system', () => {
  it('is for operators; the status is for everybody and has no internals', async () => {
    expect((await gateway.ask('GET', '/v1/system/health')).status).toBe(401);
    const { status, json } = await gateway.ask('GET', '/v1/status');
    expect([status, Object.keys(json).sort()]).toEqual([200, ['checkedAt', 'grade', 'score', 'services']]);
  });

  it('names services that are absent, and each running one with its copies and checks', async () => {
    const isKnown = async () =>
      (await health()).components.some((each: { name: string; copies: number }) => each.name === 'audio' && each.copies === 1);
    expect(await until(isKnown, patienceMs, pollMs)).toBe(true);
    const absent = ['video service-absent', 'posts service-absent', 'cache service-absent'];
    expect(await until(async () => (await codes()).filter((each: string) => absent.includes(each)).length === 3, patienceMs, pollMs)).toBe(
      true,
    );
    const hasToneCheck = async () =>
      (await health()).components.some(
        ({ name, checks }: { name: string; checks: { name: string; isPassed: boolean }[] }) =>
          name === 'audio' && checks.some((check) => check.name === 'tone' && check.isPassed),
      );
    expect(await until(hasToneCheck, patienceMs, pollMs)).toBe(true);
  });

  it('names a dependency that stops, once although two copies look, and forgets it when it is back', async () => {
    // One answer has both: the next one may come from the other copy, which has not looked yet.
    const causeNow = async () =>
      (await health()).causes.find(
        ({ component, code }: { component: string; code: string }) => component === 'redis' && code === 'dependency-down',
      );
    const isNamed = async () => (await causeNow()) !== undefined;
    const resume = freeze(redis);
    let cause: object | undefined;
    const look = async () => {
      cause = await causeNow();
      return cause !== undefined;
    };
    expect(await until(look, patienceMs, pollMs)).toBe(true);
    expect(cause).toMatchObject({ grade: 'degraded', since: expect.any(String), detail: expect.stringContaining('audio') });
    expect(await until(() => changes.includes('redis degraded'), patienceMs, pollMs)).toBe(true); // what a copy sees at its start is no change
    resume();
    expect(await until(async () => !(await isNamed()), patienceMs, pollMs)).toBe(true);
    expect(await until(() => changes.includes('redis healthy'), patienceMs, pollMs)).toBe(true);
    expect(changes.filter((change) => change.startsWith('redis '))).toEqual(['redis degraded', 'redis healthy']);
  }, 90_000);
});

describe('the configuration', () => {
  it('shows values with their source, and secrets as set or unset', async () => {
    const { status, json } = await gateway.ask('GET', '/v1/system/config', { token: operator });
    expect(status).toBe(200);
    const settingsOf = (service: string) => json.services.find((each: { service: string }) => each.service === service).settings;
    const find = (service: string, name: string) => settingsOf(service).find((setting: { name: string }) => setting.name === name);
    expect(find('audio', 'AUDIO_CACHE_MEMORY_MB')).toMatchObject({ value: '64', source: 'environment' });
    expect(find('audio', 'AUDIO_CACHE_DEFAULT_TTL')).toMatchObject({ value: '3600', source: 'default' });
    expect(find('gateway', 'GATEWAY_KEY_SECRET')).toMatchObject({ value: null, isSecret: true, isSet: false });
    expect(find('gateway', 'DATABASE_URL').value).not.toContain('@');
  });
});

describe('what runs', () => {
  const read = async (what: string) => (await gateway.ask('GET', `/v1/system/${what}`, { token: operator })).json;

  it('is told by version, module, capability and memory', async () => {
    const info = await read('info');
    expect(info).toMatchObject({ versions: ['0.1.0'], missing: ['video', 'posts', 'cache'] });
    expect(info.copies.map(({ service }: { service: string }) => service)).toEqual(['gateway', 'audio', 'health', 'health']);

    const { services: parts } = await read('modules');
    const audioParts = parts.find(({ service }: { service: string }) => service === 'audio').modules;
    expect(audioParts.find(({ name }: { name: string }) => name === 'MediaModule').checks).toEqual(['tone']);
    expect(audioParts.flatMap(({ jobKinds }: { jobKinds: string[] }) => jobKinds)).toContain('audio.recording.analyze');
    expect(audioParts.flatMap(({ subjects }: { subjects: string[] }) => subjects)).toContain('audio.track.get.v1');

    const { copies } = await read('capabilities');
    const ofAudio = copies.find(({ service }: { service: string }) => service === 'audio').capabilities;
    expect(ofAudio.find(({ name }: { name: string }) => name === 'cores').choice).toBe('WORKER_THREADS=1, WORKER_PROCESSES=1');
    expect(ofAudio.find(({ name }: { name: string }) => name === 'encoders').detail).toContain('libopus');

    const memory = await read('memory');
    expect(memory.rssBytes).toBe(memory.copies.reduce((sum: number, copy: { rssBytes: number }) => sum + copy.rssBytes, 0));
  });

  it('is followed as server-sent events, one for each check', async () => {
    const abort = new AbortController();
    const headers = { authorization: `Bearer ${operator}` };
    const response = await fetch(`${gateway.url}/v1/system/metrics/stream`, { headers, signal: abort.signal });
    const seen: { checkedAt: string; services: { service: string; copies: number }[] }[] = [];
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const [, data] = /event: system\.metrics\ndata: (.*)\n/.exec(chunk) ?? [];
      if (data && seen.push(JSON.parse(data)) === 2) break;
    }
    abort.abort();
    expect(new Set(seen.map(({ checkedAt }) => checkedAt)).size).toBe(2);
    expect(seen[1]!.services.find(({ service }) => service === 'audio')!.copies).toBe(1);
  });
});

const query = (sql: string) => gateway.app.get(Database, { strict: false }).source.query(sql);

describe('the integrity', () => {
  const absent = 'ab'.repeat(32);
  const integrity = async () => (await gateway.ask('GET', '/v1/system/integrity', { token: operator })).json;

  it('passes where every migration is applied and every file is there', async () => {
    expect(await until(async () => (await integrity()).isPassed, patienceMs, pollMs)).toBe(true);
    const { findings } = await integrity();
    expect(findings.map(({ check, service }: { check: string; service: string }) => `${check} ${service}`)).toEqual(
      expect.arrayContaining(['migrations gateway', 'migrations audio', 'blobs audio', 'configuration health', 'self-tests audio']),
    );
  });

  it('names a migration that is missing, and a file that a row refers to', async () => {
    await query(`INSERT INTO blobs.reference (sha256, holder) VALUES ('${absent}', 'gateway.spec')`);
    const [{ name }] = await query('SELECT name FROM audio.migration ORDER BY id DESC LIMIT 1');
    await query(`UPDATE audio.migration SET name = 'Renamed1795219100000' WHERE name = '${name}'`);
    const { isPassed, findings } = await integrity();
    const find = (check: string, service: string) =>
      findings.find((each: { check: string; service: string }) => each.check === check && each.service === service);
    expect([isPassed, find('migrations', 'audio').examples, find('migrations', 'audio').failed]).toEqual([false, [`audio.${name}`], 1]);
    expect(find('blobs', 'gateway').examples).toEqual([`${absent} missing`]);
    await query(`UPDATE audio.migration SET name = '${name}' WHERE name = 'Renamed1795219100000'`);
  });

  it('is checked in full by a job, which names the files that are missing', async () => {
    const { status, json, headers } = await gateway.ask('POST', '/v1/system/integrity-checks', { token: operator });
    expect([status, headers.get('location')]).toEqual([202, `/v1/jobs/${json.job.id}`]);
    expect(json).toMatchObject({ kind: 'integrity-check', state: 'processing', result: null });
    const check = async () => (await gateway.ask('GET', json.links.self, { token: operator })).json;
    expect(await until(async () => (await check()).state === 'ready', patienceMs, pollMs)).toBe(true);
    expect((await check()).result).toMatchObject({ damaged: 0, missing: 1, names: [absent] });
    const list = await gateway.ask('GET', '/v1/system/integrity-checks?state=ready', { token: operator });
    expect(list.json).toEqual({ items: [await check()], nextCursor: null });
    await query(`DELETE FROM blobs.reference WHERE sha256 = '${absent}'`);
  });
});

describe('a profile', () => {
  it('of another service is taken by a job whose file opens in the tools of Chrome', async () => {
    const body = { service: 'audio', type: 'cpu', seconds: 1 };
    const { status, json } = await gateway.ask('POST', '/v1/operators/profiles', { token: operator, body });
    expect([status, json]).toMatchObject([202, { kind: 'profile', state: 'processing', ...body, fileName: null }]);
    const profile = async () => (await gateway.ask('GET', json.links.self, { token: operator })).json;
    expect(await until(async () => (await profile()).state === 'ready', patienceMs, pollMs)).toBe(true);
    expect((await gateway.ask('GET', '/v1/operators/profiles', { token: operator })).json.items).toEqual([await profile()]);
    const { links, sizeBytes } = await profile();
    const response = await fetch(gateway.url + links.file, { headers: { authorization: `Bearer ${operator}` } });
    expect(response.headers.get('content-disposition')).toMatch(/filename="audio-.*\.cpuprofile"/);
    expect(response.headers.get('content-length')).toBe(String(sizeBytes));
    const { nodes, samples, timeDeltas } = (await response.json()) as { nodes: unknown[]; samples: number[]; timeDeltas: number[] };
    expect([nodes.length > 0, samples.length]).toEqual([true, timeDeltas.length]);
    await query(`DELETE FROM blobs.reference WHERE holder = 'gateway.profile:${json.id}'`);
    expect(await gateway.ask('GET', links.file, { token: operator })).toMatchObject({ status: 410, json: { code: 'profile-expired' } });
  });
  it('is for operators, of services that have a blob store, for a minute at most', async () => {
    const ask = (body: object, token?: string) => gateway.ask('POST', '/v1/operators/profiles', { body, ...(token ? { token } : {}) });
    expect((await ask({ service: 'audio', type: 'cpu' })).status).toBe(401);
    expect((await ask({ service: 'health', type: 'cpu' }, operator)).status).toBe(400);
    expect((await ask({ service: 'audio', type: 'cpu', seconds: 61 }, operator)).status).toBe(400);
    const absent = await gateway.ask('GET', '/v1/operators/profiles/0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10/file', { token: operator });
    expect([absent.status, absent.json.code]).toEqual([404, 'profile-not-found']);
  });
});

describe('the metrics', () => {
  it('are fewer than 3,000 series a service, each once', async () => {
    for (const url of [gateway.url, ...services.map((service) => service.url)]) {
      const text = await (await fetch(`${url}/metrics`)).text();
      const series = text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => line.slice(0, line.lastIndexOf(' ')));
      expect(series.length).toBeLessThan(3_000);
      expect(new Set(series).size).toBe(series.length);
      expect(text).not.toMatch(/nodejs_active_\w+_total/);
      expect(text).toMatch(/^process_memory_limit_bytes\{.*\} [1-9]/m);
    }
  });

  it('count requests by status class from 0 on, for each route', async () => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).toContain('http_requests_total{method="DELETE",route="/v1/tracks/:trackId",status_class="5xx",service="gateway"} 0');
  });
});

describe('while NATS is frozen', () => {
  it('the gateway still answers a grade and the cause, and each request fails at once with Retry-After', async () => {
    const resume = freeze(nats);
    try {
      expect(await until(async () => (await codes()).includes('nats dependency-down'), patienceMs, pollMs)).toBe(true);
      expect(await health()).toMatchObject({ grade: 'critical', score: 0 });
      expect((await gateway.ask('GET', '/v1/status')).json).toMatchObject({ grade: 'critical' });
      const ready = await gateway.ask('GET', '/health/ready');
      expect([ready.status, ready.json.error.nats.status]).toEqual([503, 'down']);
      const tracks = await gateway.ask('GET', '/v1/tracks', { token: operator });
      expect([tracks.status, tracks.json.code, Number(tracks.headers.get('retry-after')) > 0]).toEqual([503, 'service-unavailable', true]);
    } finally {
      resume();
    }
    expect(await until(async () => !(await codes()).includes('nats dependency-down'), patienceMs, pollMs)).toBe(true);
  }, 90_000);
});
