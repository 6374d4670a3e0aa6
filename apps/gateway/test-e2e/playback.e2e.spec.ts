/** Playback that fits the network: the decision, the file that is made on demand, and the stream. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let ana: Api;
let track: string;

beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio']);
  ana = await Api.register(stack.url);
  track = (await ana.analyse(clicks(120, 3, 81, 44_100), { name: 'song.wav' })).links.self;
}, 120_000);
afterAll(() => stack?.close());

const codes = (body: { reasons: { code: string }[] }) => body.reasons.map(({ code }) => code);

describe('playback', () => {
  it('plays the original while a better file is made once, then that file, and explains both', async () => {
    stack.ffmpeg.hold();
    const ask = () => ana.get(`${track}/playback?formats=opus,mp3`, { 'save-data': 'on', ect: '4g', downlink: 'fast' });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(first).toMatchObject({ status: 200, body: { renditionId: null, format: 'wav', isFinal: false, job: second.body.job } });
    expect(codes(first.body)).toEqual(['connection-type', 'save-data', 'being-made']);
    expect(first.body).toMatchObject({
      usableKbps: 1_050,
      url: expect.stringMatching(/^http:\/\/localhost:\d+\/v1\/links\/[^/]+\/file$/),
      alternatives: [],
    });
    expect(first.headers.get('accept-ch')).toBe('Downlink, ECT, RTT, Save-Data');
    expect(first.headers.get('vary')?.split(', ')).toEqual(expect.arrayContaining(['Downlink', 'ECT', 'RTT', 'Save-Data']));
    stack.ffmpeg.release();
    expect(await until(async () => (await ask()).body.isFinal, 30_000)).toBe(true);
    const { body } = await ask();
    expect(body).toMatchObject({ level: 'low', format: 'opus', contentType: 'audio/ogg; codecs=opus', job: null });
    expect(body.alternatives).toMatchObject([
      { renditionId: null, format: 'wav', url: expect.stringMatching(/^http:\/\/localhost:\d+\/v1\/links\/[^/]+\/file$/) },
    ]);
    expect((await ana.get(`${track}/renditions`)).body.items).toHaveLength(1);
    const played = await new Api(stack.url).raw(body.url, { headers: { range: 'bytes=0-3' } });
    expect([played.status, await played.text()]).toEqual([206, 'OggS']);
  });

  it('counts what the player has measured before all else', async () => {
    const { body } = await ana.get(`${track}/playback?formats=opus&kbps=100`, { ect: '4g' });
    expect(body).toMatchObject({ level: 'low', format: 'opus', usableKbps: 70, isFinal: true });
    expect(codes(body)).toEqual(['kbps-given']);
  });

  it('goes by what the server has measured while it sent files, where it has', async () => {
    const other = await Api.register(stack.url);
    const { links } = await other.analyse(clicks(90, 4, 82, 48_000), { name: 'long.wav' }); // 384,044 bytes: enough to measure
    const reasons = async () => codes((await other.get(`${links.playback}?formats=wav`)).body);
    const { body } = await other.get(`${links.playback}?formats=wav`);
    expect(codes(body)).toEqual(['no-hints', 'original-fits']);
    await (await new Api(stack.url).raw(body.url)).arrayBuffer();
    expect(await until(async () => (await reasons())[0] === 'measured', 10_000)).toBe(true);
    expect((await ana.get(`${track}/playback?formats=opus`)).body.reasons[0].code).toBe('no-hints');
  });

  it('streams by one redirect to a file that never changes', async () => {
    const answer = await ana.raw(`${track}/stream?formats=opus&kbps=100`, { redirect: 'manual' });
    expect(answer.status).toBe(307);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const location = answer.headers.get('location')!;
    expect(location).toMatch(/^\/v1\/links\/[^/]+\/rendition$/);
    const file = await new Api(stack.url).raw(location);
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(1_000);
  });

  it('refuses what is no format and no speed, and is not there for another account', async () => {
    const bruno = await Api.register(stack.url);
    for (const query of ['formats=wma', 'kbps=0', 'kbps=fast', 'formats=', 'level=low'])
      expect(await ana.get(`${track}/playback?${query}`)).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
    for (const path of ['playback', 'stream'])
      expect(await bruno.get(`${track}/${path}`)).toMatchObject({ status: 404, body: { code: 'track-not-found' } });
  });
});

describe('an installation without renditions', () => {
  it('plays originals and makes nothing', async () => {
    await stack.processes.services.audio!.stop();
    const audio = await stack.processes.startReplica('audio', { AUDIO_COMPRESSION_ENABLED: 'false' });
    const { body } = await ana.get(`${track}/playback?formats=mp3`);
    expect(body).toMatchObject({ renditionId: null, isFinal: true, job: null });
    expect(codes(body)).toEqual(['no-hints', 'nothing-smaller']);
    expect(await ana.post(`${track}/renditions`, { format: 'mp3' })).toMatchObject({ status: 409, body: { code: 'renditions-disabled' } });
    await audio.stop();
  }, 60_000);
});
