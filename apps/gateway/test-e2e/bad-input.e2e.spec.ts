import { request as openRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { type Answer, Api } from './support/api.ts';
import { clicks, truncatedMp4, videoWithoutSound } from './support/audio-files.ts';
import { type Leftovers, openTestStack, type TestStack } from './support/test-stack.ts';

const maxBytes = 3_000_000;
const tokenSeconds = 30;

let stack: TestStack;
let ana: Api;
let early: { api: Api; atMs: number };
let before: Leftovers;

beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio'], {
    GATEWAY_UPLOAD_MAX_BYTES: String(maxBytes),
    GATEWAY_ACCESS_TOKEN_SECONDS: String(tokenSeconds),
  });
  early = { api: await Api.register(stack.url), atMs: Date.now() };
  before = await stack.leftovers();
}, 120_000);
afterAll(() => stack?.close());

const fresh = async () => {
  ana = await Api.register(stack.url);
  return ana;
};

/** Expects a problem document and no leftover of the request. */
async function expectRejection(answer: Answer, status: number, code: string): Promise<void> {
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ type: `/problems/${code}`, status, title: expect.any(String), detail: expect.any(String) });
  expect(answer.body.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(await stack.leftovers()).toEqual(before);
}

const sound = clicks(120, 3);
const textOf = (...lines: string[]) => Buffer.from(`${lines.join('\n')}\n`);

describe('a rejected file', () => {
  it.each<[string, () => Uint8Array, string, string | RegExp]>([
    ['a text', () => textOf('This is no sound.'), 'a.wav', 'media-not-audio'],
    ['only zeros', () => new Uint8Array(50_000), 'a.mp3', 'media-not-audio'],
    ['an empty file', () => new Uint8Array(0), 'a.wav', 'media-empty'],
    ['a truncated WAV', () => sound.subarray(0, sound.length / 2), 'cut.wav', 'media-truncated'],
    ['a truncated M4A', truncatedMp4, 'cut.m4a', 'media-truncated'],
    ['a video without audio', videoWithoutSound, 'silent.mp4', 'media-without-sound'],
    [
      'an HLS playlist of local files',
      () => textOf('#EXTM3U', '#EXT-X-TARGETDURATION:10', '#EXTINF:10,', 'file:///etc/passwd', '#EXT-X-ENDLIST'),
      'a.mp4',
      'media-unsafe',
    ],
    ['an HLS playlist of URLs', () => textOf('#EXTM3U', '#EXTINF:10,', 'http://127.0.0.1:1/a.ts'), 'a.m3u8', 'media-unsafe'],
    ['a concat script', () => textOf('ffconcat version 1.0', "file '/etc/passwd'"), 'a.wav', 'media-unsafe'],
    [
      'an SDP',
      () => textOf('v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=x', 'c=IN IP4 127.0.0.1', 'm=audio 5004 RTP/AVP 0'),
      'a.wav',
      'media-unsafe',
    ],
    ['a PLS playlist', () => textOf('[playlist]', 'File1=http://127.0.0.1:1/', 'NumberOfEntries=1'), 'a.mp3', 'media-unsafe'],
  ])('%s', async (_what, bytes, name, code) => {
    const answer = await (await fresh()).upload(bytes(), { name, wait: 30, strict: true });
    await expectRejection(answer, 422, String(code));
  });
});

describe('a rejected request', () => {
  it.each(['../../etc/passwd', '/etc/passwd', '..\\boot.ini', 'a\0.wav', '..'])('has the file name %j', async (name) => {
    const answer = await (await fresh()).send('/v1/tracks', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=cut' },
      body: Buffer.concat([
        Buffer.from(`--cut\r\ncontent-disposition: form-data; name="file"; filename="${name.replaceAll('\\', '\\\\')}"\r\n\r\n`),
        sound,
        Buffer.from('\r\n--cut--\r\n'),
      ]),
    });
    await expectRejection(answer, 400, 'request-invalid');
    expect(answer.body.errors).toEqual([expect.objectContaining({ in: 'body', pointer: '/file', code: 'file-name' })]);
  });

  it('has the file in another field', async () => {
    const answer = await (await fresh()).upload(sound, { field: 'track' });
    await expectRejection(answer, 400, 'request-invalid');
    expect(answer.body.errors[0].pointer).toBe('/track');
  });

  it.each(['application/json', 'audio/wav', 'application/x-www-form-urlencoded'])('has the content type %s', async (type) => {
    const answer = await (await fresh()).send('/v1/tracks', { method: 'POST', headers: { 'content-type': type }, body: sound });
    await expectRejection(answer, 415, 'media-type-unsupported');
  });

  it('has no boundary', async () => {
    const answer = await (await fresh()).send('/v1/tracks', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data' },
      body: sound,
    });
    await expectRejection(answer, 400, 'request-malformed');
  });

  it('declares a size over the limit', async () => {
    await expectRejection(await (await fresh()).upload(new Uint8Array(maxBytes + 100_000)), 413, 'payload-too-large');
  });

  it('exceeds the size limit, and is rejected long before its end', async () => {
    const { token } = await fresh();
    const { status, sentBytes } = await sendUntilAnswered(`${stack.url}/v1/tracks`, token!);
    expect(status).toBe(413);
    expect(sentBytes).toBeLessThan(maxBytes + 64 * 1_024 * 1_024);
    expect(await stack.leftovers()).toEqual(before);
  });

  it('has no token, a malformed one, or one with another signature', async () => {
    const anonymous = new Api(stack.url);
    await expectRejection(await anonymous.upload(sound), 401, 'unauthenticated');
    await expectRejection(await anonymous.as('not.a.token').upload(sound), 401, 'unauthenticated');
    const [head, claims, signature] = (await fresh()).token!.split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');
    await expectRejection(await anonymous.as(`${none}.${claims}.`).upload(sound), 401, 'unauthenticated');
    await expectRejection(
      await anonymous.as(`${head}.${claims}.${signature?.split('').reverse().join('')}`).upload(sound),
      401,
      'unauthenticated',
    );
  });

  it.each(['/v1/tracks/not-a-uuid', '/v1/jobs/1/events'])('has the invalid path %s', async (path) => {
    const { status, body } = await (await fresh()).get(path);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'request-invalid' });
  });

  it.each(['/v1/tracks/00000000-0000-4000-8000-000000000000', '/v1/jobs/00000000-0000-4000-8000-000000000000', '/v1/nothing'])(
    'names the unknown resource %s',
    async (path) => expect((await (await fresh()).get(path)).status).toBe(404),
  );

  it('is aborted in the middle', async () => {
    const { token } = await fresh();
    await disconnectMidway(`${stack.url}/v1/tracks`, token!);
    const gone = async () => JSON.stringify(await stack.leftovers()) === JSON.stringify(before);
    expect(await until(gone, 20_000)).toBe(true);
  });

  it('has an expired token', async () => {
    const expired = () => Date.now() > early.atMs + (tokenSeconds + 1) * 1_000;
    expect(await until(expired, (tokenSeconds + 5) * 1_000)).toBe(true);
    await expectRejection(await early.api.upload(sound), 401, 'unauthenticated');
  }, 60_000);
});

const head = Buffer.from('--cut\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\n');
const headersOf = (token: string) => ({
  authorization: `Bearer ${token}`,
  'content-type': 'multipart/form-data; boundary=cut',
  'transfer-encoding': 'chunked',
});

/** Sends chunks until a response arrives. */
function sendUntilAnswered(url: string, token: string): Promise<{ status: number; sentBytes: number }> {
  return new Promise((resolve, reject) => {
    const chunk = Buffer.alloc(65_536);
    let sentBytes = 0;
    let answered = false;
    const request = openRequest(url, { method: 'POST', headers: headersOf(token) }, (response) => {
      answered = true;
      response.resume().once('end', () => resolve({ status: response.statusCode ?? 0, sentBytes }));
    });
    request.on('error', (error) => answered || reject(error));
    const push = () => {
      while (!answered && request.write(chunk)) sentBytes += chunk.length;
      if (answered) request.destroy();
      else request.once('drain', push);
    };
    request.write(head, push);
  });
}

/** Sends half a megabyte of a file, waits until it is stored, and disconnects. */
async function disconnectMidway(url: string, token: string): Promise<void> {
  const request = openRequest(url, { method: 'POST', headers: headersOf(token) });
  const closed = new Promise((resolve) => request.on('error', resolve).on('close', resolve));
  request.write(head);
  request.write(Buffer.alloc(500_000));
  const known = stack.storedFiles().length;
  const arrived = () => stack.storedFiles().length > known;
  expect(await until(arrived, 20_000)).toBe(true);
  request.destroy();
  await closed;
}
