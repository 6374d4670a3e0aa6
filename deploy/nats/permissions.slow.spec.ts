import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { getTrack, type ServiceName, serviceNames } from '#contracts';
import { type RunningService, startService, testDatabase, testFfmpeg, testRedisUrl, until } from '#testing';
import { freePort, type ManagedServer, requireTool, startServer } from '#testing/servers';

const passwordOf = (service: ServiceName) => `p${service}secret`;

let folder: string;
let server: ManagedServer;
const connections: NatsConnection[] = [];

/** A copy of the deployed nats.conf with test paths; without sync_interval, which 2.9 rejects. */
async function startShippedNats(): Promise<ManagedServer> {
  const port = await freePort();
  const shipped = readFileSync(join(import.meta.dirname, 'nats.conf'), 'utf8');
  const conf = shipped
    .replace('host: "0.0.0.0"', 'host: "127.0.0.1"')
    .replace('port: 4222', `port: ${port}`)
    .replace('127.0.0.1:8222', `127.0.0.1:${await freePort()}`)
    .replace('"/data"', JSON.stringify(join(folder, 'data')))
    .replace(/^ *sync_interval: .*\n/m, '');
  writeFileSync(join(folder, 'nats.conf'), conf);
  writeFileSync(join(folder, 'users.conf'), readFileSync(join(import.meta.dirname, 'users.conf')));
  return startServer({
    name: 'nats-server',
    url: `nats://127.0.0.1:${port}`,
    command: requireTool('nats-server'),
    args: ['-c', join(folder, 'nats.conf')],
    env: { ...process.env, ...Object.fromEntries(serviceNames.map((name) => [`NATS_${name.toUpperCase()}_PASSWORD`, passwordOf(name)])) },
    logFile: join(folder, 'nats.log'),
    isReady: async () => (await as('gateway', port)) !== undefined,
  });
}

async function as(user: ServiceName, port = Number(new URL(server.url).port)): Promise<NatsConnection> {
  const connection = await connect({
    servers: `127.0.0.1:${port}`,
    user,
    pass: passwordOf(user),
    inboxPrefix: `_INBOX_${user}`,
    reconnect: false,
  });
  connections.push(connection);
  return connection;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-nats-'));
  server = await startShippedNats();
});
afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Result of an attempt: `allowed`, or a permissions violation. */
async function verdict(user: ServiceName, attempt: (connection: NatsConnection) => unknown): Promise<string> {
  const connection = await as(user);
  const refused = (async () => {
    for await (const status of connection.status()) if (status.type === 'error') return status.error.message;
    return 'closed';
  })();
  await Promise.resolve(attempt(connection)).catch(() => undefined); // the status contains the reason
  await connection.flush();
  return Promise.race([refused, connection.flush().then(() => 'allowed')]);
}

const subscribes = (subject: string) => (connection: NatsConnection) => void connection.subscribe(subject, { callback: () => {} });
const publishes = (subject: string) => (connection: NatsConnection) => connection.publish(subject, '{}');

describe('the server denies', () => {
  it('connections without a password', async () => {
    await expect(connect({ servers: server.url, reconnect: false })).rejects.toThrow(/authorization/i);
    await expect(connect({ servers: server.url, user: 'audio', pass: 'guess', reconnect: false })).rejects.toThrow(/authorization/i);
  });
  it.each<[string, ServiceName, (connection: NatsConnection) => unknown]>([
    ["read another service's replies", 'audio', subscribes('_INBOX_gateway.>')],
    ['read all replies', 'gateway', subscribes('_INBOX.>')],
    ['read everything', 'gateway', subscribes('>')],
    ["reply to another service's calls", 'video', subscribes(getTrack.subject)],
    ['call whom it has no business with', 'posts', publishes(getTrack.subject)],
    ['carry jobs without having any', 'health', publishes('jobs.audio.recording.analyze.1')],
    ['read jobs without a consumer', 'audio', subscribes('jobs.>')],
    ["take another's jobs", 'video', publishes('$JS.API.CONSUMER.MSG.NEXT.JOBS.audio-recording-analyze')],
    ['delete a stream', 'audio', publishes('$JS.API.STREAM.DELETE.JOBS')],
    ['empty a stream', 'gateway', publishes('$JS.API.STREAM.PURGE.JOBS')],
    ['publish events of other services', 'audio', publishes('events.session.ended.v1')],
    ['read system events', 'gateway', subscribes('$SYS.>')],
  ])('%s (%s)', async (_what, user, attempt) => {
    expect(await verdict(user, attempt)).toMatch(/permissions violation/i);
  });
});

describe('a service', () => {
  it('can reply to requests, and other services cannot read the reply', async () => {
    const [audio, gateway] = [await as('audio'), await as('gateway')];
    audio.subscribe(getTrack.subject, { callback: (_error, message) => void message.respond('"here"') });
    await audio.flush();
    expect((await gateway.request(getTrack.subject, '{}', { timeout: 2_000 })).string()).toBe('"here"');
  });
});

describe('the running services', () => {
  const running: RunningService[] = [];
  let drop: () => Promise<void>;
  afterAll(async () => {
    await Promise.all(running.map((service) => service.stop()));
    await drop?.();
  });

  it('work with these permissions without a violation', async () => {
    const database = await testDatabase('nats-permissions');
    drop = () => database.drop();
    const addresses = {
      DATABASE_URL: database.url,
      REDIS_URL: await testRedisUrl(),
      NATS_URL: server.url,
      BLOB_STORE_URL: `file://${folder}/blobs`,
    };
    const own = { FFMPEG_PATH: testFfmpeg(), GATEWAY_KEY_PATH: join(folder, 'key') };
    const start = async (name: ServiceName) => {
      const service = await startService(name, { ...addresses, ...own, NATS_USER: name, NATS_PASSWORD: passwordOf(name) });
      running.push(service);
      return service;
    };
    const [gateway] = await Promise.all(serviceNames.map(start));
    const track = await uploadSample(gateway!.url);
    expect(track).toMatchObject({ state: 'ready', analysis: { bpm: expect.any(Number) } });
    const status = await until(
      async () => ((await (await fetch(`${gateway!.url}/v1/status`)).json()) as { score: number }).score === 1,
      20_000,
    );
    expect(status).toBe(true);
    const { streams } = await jetstreamManager(await as('gateway'), { checkAPI: false });
    expect((await streams.info('JOBS')).config.subjects).toEqual(['jobs.>']);
    const logs = running.map(({ logFile }) => readFileSync(logFile, 'utf8')).join('\n');
    expect(logs.split('\n').filter((line) => /permissions violation/i.test(line))).toEqual([]);
  }, 120_000);
});

async function uploadSample(url: string): Promise<unknown> {
  const person = { email: 'nats@example.org', password: 'correct horse battery' };
  const post = (path: string, body: unknown) =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  await post('/v1/auth/register', person);
  const { accessToken } = (await (await post('/v1/auth/login', person)).json()) as { accessToken: string };
  const form = new FormData();
  form.set('file', new Blob([readFileSync(join(import.meta.dirname, '../sample/rafaga-sample.ogg'))]), 'sample.ogg');
  const answer = await fetch(`${url}/v1/tracks?wait=60`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
    body: form,
  });
  return answer.json();
}
