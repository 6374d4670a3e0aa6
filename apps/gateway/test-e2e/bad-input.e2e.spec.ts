import { request as openRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { type Answer, Api } from './support/api.ts';
import { type House, type Leftovers, openHouse } from './support/house.ts';
import { clicks, truncatedMp4, videoWithoutSound } from './support/sounds.ts';

const maxBytes = 3_000_000;
const tokenSeconds = 30;

let house: House;
let ana: Api;
let early: { api: Api; atMs: number };
let before: Leftovers;

beforeAll(async () => {
  house = await openHouse(['gateway', 'audio'], {
    GATEWAY_UPLOAD_MAX_BYTES: String(maxBytes),
    GATEWAY_ACCESS_TOKEN_SECONDS: String(tokenSeconds),
  });
  early = { api: await Api.register(house.url), atMs: Date.now() };
  before = await house.leftovers();
}, 120_000);
afterAll(() => house?.close());

const fresh = async () => {
  ana = await Api.register(house.url);
  return ana;
};

/** A problem document of ours, and not a trace of what was sent. */
async function expectRefusal(answer: Answer, status: number, code: string): Promise<void> {
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ type: `/problems/${code}`, status, title: expect.any(String), detail: expect.any(String) });
  expect(answer.body.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(await house.leftovers()).toEqual(before);
}

const sound = clicks(120, 3);
const textOf = (...lines: string[]) => Buffer.from(`${lines.join('\n')}\n`);

describe('a file that is refused', () => {
  it.each<[string, () => Uint8Array, string, string | RegExp]>([
    ['a text', () => textOf('This is no sound.'), 'a.wav', 'media-not-audio'],
    ['a picture of zeros', () => new Uint8Array(50_000), 'a.mp3', 'media-not-audio'],
    ['nothing at all', () => new Uint8Array(0), 'a.wav', 'media-empty'],
    ['a WAV without its end', () => sound.subarray(0, sound.length / 2), 'cut.wav', 'media-truncated'],
    ['an M4A without its end', truncatedMp4, 'cut.m4a', 'media-truncated'],
    ['a video without sound', videoWithoutSound, 'silent.mp4', 'media-without-sound'],
    [
      'an HLS playlist of local files',
      () => textOf('#EXTM3U', '#EXT-X-TARGETDURATION:10', '#EXTINF:10,', 'file:///etc/passwd', '#EXT-X-ENDLIST'),
      'a.mp4',
      'media-unsafe',
    ],
    ['an HLS playlist of addresses', () => textOf('#EXTM3U', '#EXTINF:10,', 'http://127.0.0.1:1/a.ts'), 'a.m3u8', 'media-unsafe'],
    ['a concat script', () => textOf('ffconcat version 1.0', "file '/etc/passwd'"), 'a.wav', 'media-unsafe'],
    [
      'an SDP',
      () => textOf('v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=x', 'c=IN IP4 127.0.0.1', 'm=audio 5004 RTP/AVP 0'),
      'a.wav',
      'media-unsafe',
    ],
    ['a PLS playlist', () => textOf('[playlist]', 'File1=http://127.0.0.1:1/', 'NumberOfEntries=1'), 'a.mp3', 'media-unsafe'],
  ])('%s', async (_what, bytes, name, code) => {
    const answer = await (await fresh()).upload(bytes(), { name, wait: 30 });
    await expectRefusal(answer, 422, String(code));
  });
});

describe('a request that is refused', () => {
  it.each(['../../etc/passwd', '/etc/passwd', '..\\boot.ini', 'a\0.wav', '..'])('names its file %j', async (name) => {
    const answer = await (await fresh()).send('/v1/tracks', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=cut' },
      body: Buffer.concat([
        Buffer.from(`--cut\r\ncontent-disposition: form-data; name="file"; filename="${name.replaceAll('\\', '\\\\')}"\r\n\r\n`),
        sound,
        Buffer.from('\r\n--cut--\r\n'),
      ]),
    });
    await expectRefusal(answer, 400, 'request-invalid');
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer: '/body/file', code: 'file-name' })]);
  });

  it('holds the file under another name', async () => {
    const answer = await (await fresh()).upload(sound, { field: 'track' });
    await expectRefusal(answer, 400, 'request-invalid');
    expect(answer.body.errors[0].pointer).toBe('/body/track');
  });

  it.each(['application/json', 'audio/wav', 'application/x-www-form-urlencoded'])('is %s', async (type) => {
    const answer = await (await fresh()).send('/v1/tracks', { method: 'POST', headers: { 'content-type': type }, body: sound });
    await expectRefusal(answer, 415, 'media-type-unsupported');
  });

  it('has no boundary', async () => {
    const answer = await (await fresh()).send('/v1/tracks', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data' },
      body: sound,
    });
    await expectRefusal(answer, 400, 'request-malformed');
  });

  it('is over the cap by its own word', async () => {
    await expectRefusal(await (await fresh()).upload(new Uint8Array(maxBytes + 100_000)), 413, 'payload-too-large');
  });

  it('turns out to be over the cap, long before its end', async () => {
    const { token } = await fresh();
    const { status, sentBytes } = await sendForEver(`${house.url}/v1/tracks`, token!);
    expect(status).toBe(413);
    expect(sentBytes).toBeLessThan(maxBytes + 64 * 1_024 * 1_024);
    expect(await house.leftovers()).toEqual(before);
  });

  it('comes without a token, with a broken one, or one of another make', async () => {
    const nobody = new Api(house.url);
    await expectRefusal(await nobody.upload(sound), 401, 'unauthenticated');
    await expectRefusal(await nobody.as('not.a.token').upload(sound), 401, 'unauthenticated');
    const [head, claims, signature] = (await fresh()).token!.split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');
    await expectRefusal(await nobody.as(`${none}.${claims}.`).upload(sound), 401, 'unauthenticated');
    await expectRefusal(
      await nobody.as(`${head}.${claims}.${signature?.split('').reverse().join('')}`).upload(sound),
      401,
      'unauthenticated',
    );
  });

  it.each(['/v1/tracks/not-a-uuid', '/v1/jobs/1/events'])('asks for %s', async (path) => {
    const { status, body } = await (await fresh()).get(path);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'request-invalid' });
  });

  it.each(['/v1/tracks/00000000-0000-4000-8000-000000000000', '/v1/jobs/00000000-0000-4000-8000-000000000000', '/v1/nothing'])(
    'asks for %s, which is not there',
    async (path) => expect((await (await fresh()).get(path)).status).toBe(404),
  );

  it('breaks off in the middle', async () => {
    const { token } = await fresh();
    await breakOff(`${house.url}/v1/tracks`, token!);
    const gone = async () => JSON.stringify(await house.leftovers()) === JSON.stringify(before);
    expect(await until(gone, 20_000)).toBe(true);
  });

  it('carries a token that has expired', async () => {
    const expired = () => Date.now() > early.atMs + (tokenSeconds + 1) * 1_000;
    expect(await until(expired, (tokenSeconds + 5) * 1_000)).toBe(true);
    await expectRefusal(await early.api.upload(sound), 401, 'unauthenticated');
  }, 60_000);
});

const head = Buffer.from('--cut\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\n');
const headersOf = (token: string) => ({
  authorization: `Bearer ${token}`,
  'content-type': 'multipart/form-data; boundary=cut',
  'transfer-encoding': 'chunked',
});

/** Sends without an end until an answer comes. */
function sendForEver(url: string, token: string): Promise<{ status: number; sentBytes: number }> {
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

/** Sends half a megabyte of a file, waits until it lies in the store, and hangs up. */
async function breakOff(url: string, token: string): Promise<void> {
  const request = openRequest(url, { method: 'POST', headers: headersOf(token) });
  const closed = new Promise((resolve) => request.on('error', resolve).on('close', resolve));
  request.write(head);
  request.write(Buffer.alloc(500_000));
  const known = house.storedFiles().length;
  const arrived = () => house.storedFiles().length > known;
  expect(await until(arrived, 20_000)).toBe(true);
  request.destroy();
  await closed;
}
