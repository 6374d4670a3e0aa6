/** Uploads with an Idempotency-Key through two replicas of the gateway, one of which is killed during an upload. */
import { request as openRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningService, until } from '#testing';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { openTestStack, query, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let other: RunningService;
let ana: Api;
beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio']);
  other = await stack.processes.startReplica('gateway');
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(async () => {
  await other?.stop();
  await stack?.close();
});

const type = 'multipart/form-data; boundary=cut';
const formOf = (bytes: Buffer) =>
  Buffer.concat([
    Buffer.from('--cut\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n'),
    bytes,
    Buffer.from('\r\n--cut--\r\n'),
  ]);
const send = (url: string, form: Buffer<ArrayBuffer>, key: string) =>
  new Api(url, ana.token).send('/v1/tracks', { method: 'POST', body: form, headers: { 'content-type': type, 'idempotency-key': key } });
const rows = (sql: string) => query(stack.processes.environment.DATABASE_URL, sql);
const countTracks = async () => (await ana.get('/v1/tracks?limit=100')).body.items.length;

describe('an upload that is sent twice with the same key', () => {
  it('creates one track, through any replica', async () => {
    const form = formOf(clicks(120, 4, 51)) as Buffer<ArrayBuffer>;
    const before = await countTracks();
    const first = await send(stack.url, form, 'one');
    const again = await send(other.url, form, 'one');
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await countTracks()).toBe(before + 1);
  });

  it('is rejected with another file', async () => {
    await send(stack.url, formOf(clicks(120, 4, 52)) as Buffer<ArrayBuffer>, 'two');
    const longer = await send(other.url, formOf(clicks(120, 5, 52)) as Buffer<ArrayBuffer>, 'two');
    const sameLength = await send(other.url, formOf(clicks(121, 4, 52)) as Buffer<ArrayBuffer>, 'two');
    for (const answer of [longer, sameLength]) expect(answer).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });

  it('repeats the same error', async () => {
    const form = formOf(Buffer.from('no sound at all')) as Buffer<ArrayBuffer>;
    const [first, again] = [await send(stack.url, form, 'three'), await send(other.url, form, 'three')];
    expect(again.body).toMatchObject({ status: 422, code: 'media-not-audio', detail: first.body.detail });
  });

  it('creates one track when its gateway was killed before the file had arrived', async () => {
    const form = formOf(clicks(120, 4, 53)) as Buffer<ArrayBuffer>;
    const before = await countTracks();
    const { port } = new URL(other.url);
    const headers = {
      'content-type': type,
      'content-length': form.length,
      'idempotency-key': 'four',
      authorization: `Bearer ${ana.token}`,
    };
    const interrupted = openRequest({ host: '127.0.0.1', port, path: '/v1/tracks', method: 'POST', headers });
    interrupted.on('error', () => {}); // its gateway is killed
    interrupted.write(form.subarray(0, form.length / 2));
    expect(await until(async () => (await rows(`SELECT 1 FROM gateway.idempotency WHERE key = 'four'`)).length === 1, 10_000)).toBe(true);
    await other.kill();

    const soon = await send(stack.url, form, 'four');
    expect(soon).toMatchObject({ status: 409, body: { code: 'idempotency-in-flight' } });
    expect(Number(soon.headers.get('retry-after'))).toBeGreaterThan(0);
    await rows(`UPDATE gateway.idempotency SET lease_until = now() - interval '1 second' WHERE key = 'four'`); // simulates half a minute
    expect((await send(stack.url, form, 'four')).status).toBe(202);
    expect((await send(stack.url, form, 'four')).headers.get('idempotency-replayed')).toBe('true');
    expect(await countTracks()).toBe(before + 1);
  });
});
