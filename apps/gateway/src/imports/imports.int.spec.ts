import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTrack } from '#contracts';
import { Bus, changeLimits, Database, openCall, runInCall, standingsOf } from '#platform';
import {
  encodeWav,
  type ManagedServer,
  type Receiver,
  type RunningService,
  startNats,
  startReceiver,
  startService,
  testFfmpeg,
  testRedisUrl,
  until,
} from '#testing';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';

const maxBytes = 400_000;
let folder: string;
let nats: ManagedServer;
let inside: Receiver;
let hooks: Receiver;
let library: Server;
let host: string;
let gateway: OwnGateway;
let audio: RunningService;
let token: string;
let ownerId: string;

const sound = (hz: number) => {
  const samples = Float32Array.from({ length: 44_100 }, (_, index) => 0.3 * Math.sin((2 * Math.PI * hz * index) / 44_100));
  return Buffer.from(encodeWav([samples], 44_100));
};
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
let flaky = 0;

/** Responses of the remote server, by path. */
const shelf: Record<string, (response: import('node:http').ServerResponse) => void> = {
  '/good%20song.wav': (response) => void response.end(sound(440)),
  '/named': (response) => void response.writeHead(200, { 'content-disposition': 'attachment; filename="tune.wav"' }).end(sound(550)),
  '/moved': (response) => void response.writeHead(302, { location: '/here.wav' }).end(),
  '/here.wav': (response) => void response.end(sound(660)),
  '/flaky.wav': (response) => void (flaky++ === 0 ? response.writeHead(503).end() : response.end(sound(770))),
  '/inside': (response) => void response.writeHead(302, { location: inside.url }).end(),
  '/metadata': (response) => void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
  '/file': (response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/circle': (response) => void response.writeHead(302, { location: '/circle' }).end(),
  '/page': (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Not a song</h1>'),
  '/picture': (response) => void response.end(Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex')),
  '/playlist.m3u8': (response) => void response.end('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'),
  '/broken.wav': (response) => void response.end(Buffer.concat([sound(880).subarray(0, 30), Buffer.alloc(5_000, 7)])),
  '/empty.wav': (response) => void response.end(),
  '/gzip.wav': (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(sound(880))),
  '/large.wav': (response) => void response.writeHead(200, { 'content-length': maxBytes + 1 }).end(Buffer.alloc(maxBytes + 1)),
  '/endless.wav': (response) => {
    response.write(sound(880));
    const more = setInterval(() => response.write(Buffer.alloc(50_000)), 5);
    response.once('close', () => clearInterval(more));
  },
  '/cut.wav': (response) => {
    response.writeHead(200, { 'content-length': 80_000 });
    response.write(sound(880).subarray(0, 40_000), () => response.destroy());
  },
  '/still.wav': (response) => void response.writeHead(200, { 'content-length': 80_000 }).write(sound(880).subarray(0, 40_000)),
  '/drips.wav': (response) => drip(response, () => response.write(Buffer.alloc(10)), sound(880).subarray(0, 5_000)),
  '/drips-its-head.wav': ({ socket }) => {
    socket?.write('HTTP/1.1 200 OK\r\n');
    if (socket) drip(socket, () => socket.write('X-More: 1\r\n'));
  },
};
/** Shorter than the idle timeout. */
function drip(stream: import('node:stream').Writable, write: () => void, first?: Buffer): void {
  if (first) stream.write(first);
  const more = setInterval(write, 50);
  stream.once('close', () => clearInterval(more));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-imports-'));
  nats = await startNats();
  inside = await startReceiver((_heard, response) => void response.end(sound(999)));
  hooks = await startReceiver((_heard, response) => void response.end());
  library = createServer((request, response) => (shelf[request.url ?? ''] ?? ((other) => void other.writeHead(404).end()))(response));
  await new Promise<void>((resolve) => library.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(library.address() as AddressInfo).port}`;
  const shared = { NATS_URL: nats.url, BLOB_STORE_URL: `file://${folder}` };
  gateway = await startGateway({
    ...shared,
    OUTBOUND_ALLOW_PRIVATE: `${host},${hooks.host}`,
    GATEWAY_UPLOAD_MAX_BYTES: String(maxBytes),
    GATEWAY_UPLOAD_IDLE_MS: '2000',
    GATEWAY_IMPORT_FIRST_BYTE_MS: '2000',
    GATEWAY_IMPORT_MIN_BYTES_PER_SECOND: '10000',
    GATEWAY_IMPORT_SPEED_WINDOW_MS: '1000',
    GATEWAY_IMPORTS_AT_ONCE: '4',
    GATEWAY_RATE_LIMIT_PER_MINUTE: '100000',
  });
  audio = await startService('audio', {
    ...shared,
    DATABASE_URL: gateway.databaseUrl,
    REDIS_URL: await testRedisUrl(),
    FFMPEG_PATH: testFfmpeg(),
    WORKER_THREADS: '1',
    WORKER_PROCESSES: '1',
  });
  const account = { email: 'imports@example.org', password: 'correct horse battery' };
  ownerId = (await gateway.ask('POST', '/v1/auth/register', { body: account })).json.user.id;
  token = (await gateway.ask('POST', '/v1/auth/login', { body: account })).json.accessToken;
});
afterAll(async () => {
  await gateway.stop();
  await audio.stop();
  library.closeAllConnections();
  library.close();
  await inside.stop();
  await hooks.stop();
  await nats.stop();
  await rm(folder, { recursive: true, force: true });
});

const ask = (method: string, path: string, body?: unknown) => gateway.ask(method, path, { token, ...(body === undefined ? {} : { body }) });
const start = (path: string, more: object = {}) => ask('POST', '/v1/imports', { url: `http://${host}${path}`, kind: 'track', ...more });
const ended = async (jobPath: string) => {
  const isOver = async () => ['succeeded', 'failed', 'cancelled'].includes((await ask('GET', jobPath)).json.state);
  expect(await until(isOver, 40_000)).toBe(true);
  return (await ask('GET', jobPath)).json;
};
const imported = async (path: string, more: object = {}) => ended((await start(path, more)).headers.get('location')!);
/** Temporary files in the store; unreferenced blobs are deleted by the janitor. */
const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !/^[0-9a-f]{64}$/.test(entry.name))
    .map(({ name }) => name);

describe('an import', () => {
  it('is accepted with a job that creates a track and its analysis job', async () => {
    const accepted = await start('/good%20song.wav');
    const { self } = accepted.json.links;
    expect(accepted.status).toBe(202);
    expect(accepted.json).toMatchObject({ kind: 'import', state: 'processing', resourceKind: 'track', host: '127.0.0.1', resource: null });
    const { state, kind, result } = await ended(accepted.headers.get('location')!);
    expect([state, kind, self]).toEqual(['succeeded', 'gateway.file.import', `/v1/imports/${accepted.json.id}`]);
    const { json: made } = await ask('GET', self);
    expect(made).toMatchObject({ state: 'ready', job: { state: 'succeeded' }, resource: { kind: 'track' } });
    expect((await ask('GET', '/v1/imports?state=ready')).json.items).toContainEqual(made);
    expect((await ask('GET', '/v1/imports?state=failed')).json.items).not.toContainEqual(made);
    const track = (await ask('GET', made.resource.links.self)).json;
    expect(track).toMatchObject({
      fileName: 'good song.wav',
      contentType: 'audio/wav',
      sha256: sha256(sound(440)),
      job: { id: result.jobId },
    });
    expect(await ended(`/v1/jobs/${result.jobId}`)).toMatchObject({ kind: 'audio.recording.analyze', state: 'succeeded' });
  });

  it('sends webhooks at its end and at the end of the analysis', async () => {
    const webhook = (await ask('POST', '/v1/webhooks', { url: hooks.url, events: ['job.*'] })).json;
    const { id, result } = await imported('/moved');
    // An analysis of an earlier test may end after the webhook was created.
    const ends = () =>
      hooks.requests
        .map(({ body }) => JSON.parse(body))
        .map(({ type, data }) => [type, data.kind, data.id])
        .filter(([, , job]) => job === result.jobId || job === id);
    expect(await until(() => ends().length === 2, 20_000)).toBe(true);
    expect(ends().sort()).toEqual([
      ['job.succeeded', 'audio.recording.analyze', result.jobId],
      ['job.succeeded', 'gateway.file.import', id],
    ]);
    await ask('DELETE', webhook.links.self);
  });

  it.each([
    ['the server says', '/named', {}, 'tune.wav'],
    ['the address says in the end', '/moved', {}, 'here.wav'],
    ['the client says', '/moved', { fileName: 'mine.wav' }, 'mine.wav'],
    ['the address says, at the second try', '/flaky.wav', {}, 'flaky.wav'],
  ])('is called what %s', async (_who, path, more, name) => {
    const { result } = await imported(path, more);
    expect((await ask('GET', result.resource.links.self)).json.fileName).toBe(name);
  });

  it('creates one track when the worker retries', async () => {
    const { result } = await imported('/here.wav');
    const trackId = randomUUID();
    const again = () =>
      runInCall({ ...openCall({ deadlineMs: 20_000 }), subject: ownerId, roles: ['user'] }, () =>
        gateway.app
          .get(Bus)
          .call(createTrack, { blobSha256: sha256(sound(660)), sizeBytes: sound(660).length, fileName: 'here.wav', id: trackId }),
      );
    const [first, second] = [await again(), await again()];
    expect(first.id).toBe(trackId);
    expect(second).toMatchObject({ id: trackId, job: { id: first.job?.id } });
    expect(result.resource.id).not.toBe(trackId);
  });
});

describe('an owner whose server never responds', () => {
  it('leaves slots for others', async () => {
    const asked: unknown[] = [];
    shelf['/never.wav'] = (response) => void asked.push(response);
    const waiting = await Promise.all(Array.from({ length: 12 }, () => start('/never.wav')));
    expect(await until(() => asked.length >= 2, 20_000)).toBe(true);
    const account = { email: 'stranger@example.org', password: 'correct horse battery' };
    await gateway.ask('POST', '/v1/auth/register', { body: account });
    const stranger = (await gateway.ask('POST', '/v1/auth/login', { body: account })).json.accessToken;
    const mine = await gateway.ask('POST', '/v1/imports', { token: stranger, body: { url: `http://${host}/named`, kind: 'track' } });
    const job = () => gateway.ask('GET', mine.headers.get('location')!, { token: stranger });
    expect(await until(async () => (await job()).json.state === 'succeeded', 40_000)).toBe(true);
    expect((await ask('GET', '/v1/jobs?kind=gateway.file.import&state=running')).json.items.length).toBeLessThanOrEqual(2);
    for (const { headers } of waiting) await ask('DELETE', headers.get('location')!);
  });
});

describe('a URL that is rejected immediately', () => {
  it.each([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://10.1.2.3/x.wav',
    'http://192.168.0.1/x.wav',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:127.0.0.1]/',
    'http://2130706433/',
    'https://user:secret@example.org/x.wav',
    'https://1.1.1.1:8080/x.wav',
    'file:///etc/passwd',
    'ftp://example.org/x.wav',
    'x.wav',
  ])('%s', async (url) => {
    const before = (await ask('GET', '/v1/jobs?kind=gateway.file.import&limit=100')).json.items.length;
    expect(await ask('POST', '/v1/imports', { url, kind: 'track' })).toMatchObject({ status: 422, json: { code: 'address-refused' } });
    expect((await ask('GET', '/v1/jobs?kind=gateway.file.import&limit=100')).json.items).toHaveLength(before);
  });
  it('applies also to an owner without storage left; a file that needs more than is left is not read', async () => {
    const source = gateway.app.get(Database).source;
    const limit = async (storageBytes: number | null) => source.transaction((tx) => changeLimits(tx, ownerId, { storageBytes }));
    const { storageBytes } = await standingsOf(source, ownerId);
    shelf['/counted.wav'] = (response) => void response.writeHead(200, { 'content-length': 80_000 }).flushHeaders(); // its body never comes
    try {
      await limit(storageBytes.used);
      expect(await start('/counted.wav')).toMatchObject({ status: 403, json: { code: 'quota-exceeded' } });
      await limit(storageBytes.used + 79_999);
      expect(await imported('/counted.wav')).toMatchObject({ state: 'failed', attempts: 1, problem: { code: 'quota-exceeded' } });
    } finally {
      await limit(null);
    }
  });
  it('applies also to invalid file names', async () => {
    expect(await start('/here.wav', { fileName: '../x' })).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/fileName' }] },
    });
  });
});

describe('an import that fails', () => {
  let before: string[];
  beforeAll(async () => {
    before = await files();
  });
  afterEach(async () => expect((await files()).sort()).toEqual(before.sort()));

  it.each([
    ['that leads inside', '/inside', 'address-refused'],
    ['that leads to the metadata of the cloud', '/metadata', 'address-refused'],
    ['that leads to a file', '/file', 'address-refused'],
    ['that leads in circles', '/circle', 'remote-refused'],
    ['where nothing is', '/nothing', 'remote-refused'],
    ['of a page', '/page', 'media-not-audio'],
    ['of a picture', '/picture', 'media-not-audio'],
    ['of a playlist', '/playlist.m3u8', expect.stringMatching(/^media-(not-audio|unsafe)$/)],
    ['of a damaged file', '/broken.wav', expect.stringMatching(/^media-/)],
    ['of an empty file', '/empty.wav', 'media-empty'],
    ['of a compressed answer', '/gzip.wav', 'remote-refused'],
    ['that says it is too large', '/large.wav', 'payload-too-large'],
    ['that has no end', '/endless.wav', 'payload-too-large'],
    ['that breaks off', '/cut.wav', 'remote-unreachable'],
    ['that stands still', '/still.wav', 'remote-unreachable'],
    ['that drips', '/drips.wav', 'remote-unreachable'],
    ['whose headers drip', '/drips-its-head.wav', 'remote-unreachable'],
  ])('%s says why, is not tried for ever, and leaves nothing', async (_what, path, code) => {
    expect(await imported(path)).toMatchObject({ state: 'failed', attempts: 1, result: null, problem: { code } });
    expect(inside.requests).toEqual([]);
  });

  it('is a resource with its problem, whose id is no other kind of work and nobody else has', async () => {
    const { json } = await start('/nothing');
    await ended(json.links.job);
    expect((await ask('GET', json.links.self)).json).toMatchObject({
      state: 'failed',
      problem: { code: 'remote-refused' },
      resource: null,
    });
    const analysis = (await ask('GET', '/v1/jobs?kind=audio.recording.analyze&limit=1')).json.items[0];
    for (const id of [analysis.id, randomUUID()])
      expect(await ask('GET', `/v1/imports/${id}`)).toMatchObject({ status: 404, json: { code: 'import-not-found' } });
  });

  it('is refused without a kind, and under a name that no kind has', async () => {
    for (const more of [{ kind: undefined }, { kind: 'audio' }])
      expect(await start('/named', more)).toMatchObject({ status: 400, json: { errors: [{ pointer: '/kind' }] } });
  });

  it('leaves no data after cancellation', async () => {
    let begun: () => void;
    const fetching = new Promise<void>((resolve) => {
      begun = resolve;
    });
    shelf['/held.wav'] = (response) => {
      response.writeHead(200, { 'content-length': 80_000 }).write(sound(880).subarray(0, 40_000), begun);
    };
    const jobPath = (await start('/held.wav')).headers.get('location')!;
    await fetching;
    expect((await ask('DELETE', jobPath)).json.state).toBe('cancelled');
    expect(await until(async () => (await files()).length === before.length, 20_000)).toBe(true);
    expect((await ended(jobPath)).state).toBe('cancelled');
  });
});
