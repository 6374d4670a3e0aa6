import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'tus-js-client';
import { until } from '#testing';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { metric, type TestStack } from './support/test-stack.ts';
import { append, createUpload, head, metadata, newUpload, offsetOf, openPatch, partType, tus } from './support/tus.ts';
import { expectWhole as expectWholeIn, openUploadStack, partsOnDisk, sha256 } from './support/whole-upload.ts';

let stack: TestStack;
let ana: Api;
beforeAll(async () => {
  stack = await openUploadStack();
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(() => stack?.close());

const fresh = () => Api.register(stack.url);
const expectWhole = (api: Api, path: string, bytes: Uint8Array) => expectWholeIn(stack, api, path, bytes);

describe('an upload in several parts', () => {
  const sound = clicks(120, 8, 11);

  it('creates a track with a job, as a form upload does', async () => {
    const created = await createUpload(ana, sound.length, { name: 'ñandú 夜.wav' });
    const path = created.headers.get('location')!;
    expect(created.headers.get('tus-resumable')).toBe('1.0.0');
    expect(Date.parse(created.headers.get('upload-expires')!)).toBeGreaterThan(Date.now());
    const middle = await append(ana, path, 0, sound.subarray(0, 100_000));
    expect([middle.status, middle.headers.get('upload-offset'), middle.headers.get('rafaga-resource')]).toEqual([204, '100000', null]);
    const status = await head(ana, path);
    expect(Object.fromEntries(status.headers)).toMatchObject({
      'upload-offset': '100000',
      'upload-length': String(sound.length),
      'upload-metadata': metadata({ filename: 'ñandú 夜.wav', filetype: 'audio/wav' }),
      'cache-control': 'no-store',
      'tus-resumable': '1.0.0',
    });

    const last = await append(ana, path, 100_000, sound.subarray(100_000));
    const track = last.headers.get('rafaga-resource');
    expect([last.status, last.headers.get('upload-offset')]).toEqual([204, String(sound.length)]);
    const { links } = (await ana.get(path)).body;
    expect(last.headers.get('link')).toBe(`<${track}>; rel="related", <${links.job}>; rel="monitor"`);
    await expectWhole(ana, path, sound);
    expect((await ana.get(track!)).body).toMatchObject({ fileName: 'ñandú 夜.wav', sha256: sha256(sound) });
  });

  it('repeats the response to the last part when it was lost', async () => {
    const path = await newUpload(ana, sound.length);
    const first = await append(ana, path, 0, sound);
    const again = await append(ana, path, sound.length, new Uint8Array(0));
    expect([again.status, again.headers.get('rafaga-resource')]).toEqual([204, first.headers.get('rafaga-resource')]);
    expect(await offsetOf(ana, path)).toBe(sound.length);
  });

  it('is counted in the metrics', async () => {
    const counted = (outcome: string) => metric(stack.url, 'gateway_resumable_uploads_total', { outcome });
    const [bytes, finished] = [await metric(stack.url, 'gateway_resumable_upload_bytes_total'), await counted('finished')];
    await append(ana, await newUpload(ana, sound.length), 0, sound);
    expect(await counted('finished')).toBe(finished + 1);
    expect(await metric(stack.url, 'gateway_resumable_upload_bytes_total')).toBe(bytes + sound.length);
    expect(await metric(stack.url, 'gateway_resumable_parts_arriving')).toBe(0);
  });

  it('can contain its first bytes, or all bytes, in the creation request', async () => {
    const some = await createUpload(ana, sound.length, { body: sound.subarray(0, 5_000) });
    expect([some.status, some.headers.get('upload-offset')]).toEqual([201, '5000']);
    await append(ana, some.headers.get('location')!, 5_000, sound.subarray(5_000));
    await expectWhole(ana, some.headers.get('location')!, sound);
    const all = await createUpload(ana, sound.length, { body: sound });
    expect([all.status, all.body.state]).toEqual([201, 'finished']);
  });

  it('can declare its length later', async () => {
    const path = await newUpload(ana, undefined, { headers: { 'upload-defer-length': '1' } });
    expect((await head(ana, path)).headers.get('upload-defer-length')).toBe('1');
    await append(ana, path, 0, sound.subarray(0, 9_000));
    const last = await append(ana, path, 9_000, sound.subarray(9_000), { 'upload-length': String(sound.length) });
    expect(last.status).toBe(204);
    await expectWhole(ana, path, sound);
  });

  it('stores the bytes of the same file once', async () => {
    const before = stack.storedFiles();
    const path = await newUpload(ana, sound.length);
    await append(ana, path, 0, sound);
    expect(stack.storedFiles()).toEqual(before);
  });

  it('can use X-HTTP-Method-Override instead of PATCH and DELETE', async () => {
    const path = await newUpload(ana, 10);
    const send = (method: string) =>
      ana.send(path, {
        method: 'POST',
        headers: { ...tus, ...partType, 'upload-offset': '0', 'x-http-method-override': method },
        body: method === 'PATCH' ? Buffer.from('12345') : null,
      });
    expect((await send('PATCH')).headers.get('upload-offset')).toBe('5');
    expect([(await send('DELETE')).status, (await head(ana, path)).status]).toEqual([204, 404]);
  });
});

describe('parts of a file that are sent side by side', () => {
  const sound = clicks(120, 8, 11);
  const cut = [0, 100_000, 250_001, sound.length];
  const partial = { 'upload-concat': 'partial' };
  const parts = (api: Api) =>
    Promise.all(
      cut.slice(1).map(async (end, at) => {
        const bytes = sound.subarray(cut[at], end);
        return (await createUpload(api, bytes.length, { headers: partial, body: bytes })).headers.get('location')!;
      }),
    );
  const joinParts = (api: Api, paths: readonly string[]) =>
    createUpload(api, undefined, { name: 'joined.wav', headers: { 'upload-concat': `final;${paths.join(' ')}` } });

  it('become one track, once, and leave nothing', async () => {
    const api = await fresh();
    const paths = await parts(api);
    const answers = await Promise.all([joinParts(api, paths), joinParts(api, paths)]);
    expect(answers.map(({ status }) => status)).toContain(201);
    const again = await joinParts(api, paths);
    const path = again.headers.get('location')!;
    expect(again.body).toMatchObject({ state: 'finished', concat: 'final', fileName: 'joined.wav' });
    for (const { status, headers } of answers) expect([path, null]).toContain(status === 201 ? headers.get('location') : null);
    await expectWhole(api, path, sound);
    expect((await api.get('/v1/tracks')).body.items).toHaveLength(1);
    expect([(await head(api, paths[0]!)).status, (await api.get('/v1/uploads')).body.items]).toEqual([404, []]);
    expect(partsOnDisk(stack).filter((name) => paths.some((one) => one.endsWith(name)))).toEqual([]);
    expect((await head(api, path)).headers.get('upload-concat')).toBe(`final;${paths.join(' ')}`);
  });

  it('are sent by tus-js-client with parallelUploads', async () => {
    const api = await fresh();
    const upload = await new Promise<client.Upload>((resolve, reject) => {
      const sending = new client.Upload(sound as never, {
        endpoint: `${stack.url}/v1/uploads`,
        headers: { authorization: `Bearer ${api.token}` },
        metadata: { filename: 'parallel.wav' },
        parallelUploads: 3,
        onSuccess: () => resolve(sending),
        onError: reject,
      });
      sending.start();
    });
    await expectWhole(api, new URL(upload.url!).pathname, sound);
  });

  it('are refused as one file would be, and leave nothing', async () => {
    const api = await fresh();
    const texts = ['This is ', 'no sound.'].map((text) => Buffer.from(text));
    const paths = await Promise.all(
      texts.map(async (body) => (await createUpload(api, body.length, { headers: partial, body })).headers.get('location')!),
    );
    const answers = [await joinParts(api, paths), await joinParts(api, paths)];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(Array(2).fill([422, 'media-not-audio']));
    expect([(await api.get('/v1/tracks')).body.items, (await api.get('/v1/uploads')).body.items]).toEqual([[], []]);
    expect(partsOnDisk(stack).filter((name) => paths.some((one) => one.endsWith(name)))).toEqual([]);
  });
});

describe('an interrupted upload', () => {
  const sound = clicks(100, 200, 12); // 8.8 MB

  it('keeps received bytes when the connection drops, and can be resumed', async () => {
    const path = await newUpload(ana, sound.length);
    const dropped = await openPatch(ana, path, 0, sound.length);
    dropped.write(sound.subarray(0, 3_000_001));
    expect(await until(async () => (await offsetOf(ana, path)) === 3_000_001, 20_000)).toBe(true); // bytes in flight would be lost
    dropped.destroy();
    await until(async () => (await append(ana, path, 0, Buffer.alloc(0))).status === 409, 10_000); // no longer locked
    const offset = await offsetOf(ana, path);
    expect(offset).toBe(3_000_001);
    expect((await append(ana, path, offset, sound.subarray(offset))).status).toBe(204);
    await expectWhole(ana, path, sound);
  });

  it('that stalls times out, and keeps received bytes', async () => {
    const path = await newUpload(ana, sound.length);
    const stalling = await openPatch(ana, path, 0, sound.length);
    const answered = once(stalling, 'response');
    stalling.write(sound.subarray(0, 70_000));
    expect((await answered)[0].statusCode).toBe(408);
    stalling.destroy();
    expect(await offsetOf(ana, path)).toBe(70_000);
    await ana.send(path, { method: 'DELETE', headers: tus });
  });
});

describe('a rejected file', () => {
  it('ends its upload with the error and leaves no bytes', async () => {
    const api = await fresh();
    const before = await stack.leftovers();
    const text = Buffer.from('This is no sound.\n'.repeat(50));
    const path = await newUpload(api, text.length);
    const answer = await append(api, path, 0, text);
    expect([answer.status, answer.body.code]).toEqual([422, 'media-not-audio']);
    expect(await stack.leftovers()).toEqual(before);
    expect((await api.get(path)).body).toMatchObject({
      state: 'refused',
      resource: null,
      problem: { code: 'media-not-audio' },
    });
    expect([(await head(api, path)).status, (await append(api, path, text.length, Buffer.alloc(0))).status]).toEqual([422, 422]);
  });

  it('is rejected in its creation request, and no upload exists', async () => {
    const api = await fresh();
    const before = await stack.leftovers();
    const answer = await createUpload(api, 20, { body: Buffer.from('This is no sound. No') });
    expect([answer.status, answer.body.code]).toEqual([422, 'media-not-audio']);
    expect((await api.get('/v1/uploads')).body.items).toEqual([]);
    expect(await stack.leftovers()).toEqual(before);
  });
});

describe('concurrent parts', () => {
  it('are never mixed: one is accepted, the others are rejected', async () => {
    const sound = clicks(90, 30, 13);
    const path = await newUpload(ana, sound.length);
    const answers = await Promise.all(Array.from({ length: 6 }, () => append(ana, path, 0, sound)));
    const refused = answers.map(({ status }) => status).filter((status) => status !== 204);
    expect(refused).toHaveLength(5);
    expect(refused.filter((status) => status !== 423 && status !== 409)).toEqual([]);
    await expectWhole(ana, path, sound);
  });
});
