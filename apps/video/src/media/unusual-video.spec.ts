/** Files that are hostile, or legal and rare: each has an expected answer. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeVideoCorpus, mediaTools, type Receiver, startReceiver, type VideoCorpus } from '#testing';
import { probeVideo } from './probe-video.ts';

let corpus: VideoCorpus;
let receiver: Receiver;
const heard: string[] = [];
beforeAll(async () => {
  corpus = await makeVideoCorpus();
  receiver = await startReceiver((request, response) => {
    heard.push(String((request as { path?: string }).path));
    response.end();
  });
});
afterAll(async () => {
  await receiver?.stop();
  await corpus?.remove();
});

const inspect = (path: string) => probeVideo(path, { tools: mediaTools });
const codeOf = (path: string) =>
  inspect(path).then(
    () => 'accepted',
    (failure: { code?: string }) => failure.code,
  );

describe('a file that names another one', () => {
  it.each<[string, (url: string) => string, string]>([
    ['list.m3u8', (url) => `#EXTM3U\n#EXTINF:10,\n${url}/a.ts\n`, 'media-unsafe'],
    ['list.mp4', (url) => `#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="${url}/key"\n#EXTINF:10,\n${url}/a.ts\n`, 'media-unsafe'],
    ['concat.mkv', (url) => `ffconcat version 1.0\nfile '${url}/a.mp4'\n`, 'media-unsafe'],
    [
      'session.mp4',
      (url) => `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\na=control:${url}\n`,
      'media-unsafe',
    ],
    ['picture.webm', (url) => `<svg xmlns="http://www.w3.org/2000/svg"><image href="${url}/a.png"/></svg>`, 'media-unsafe'],
    ['manifest.mp4', (url) => `<?xml version="1.0"?><MPD><BaseURL>${url}/</BaseURL></MPD>`, 'media-unsafe'],
  ])('is refused without a connection: %s', async (name, content, code) => {
    expect(await codeOf(await corpus.write(name, content(`http://${receiver.host}`)))).toBe(code);
    expect(heard).toEqual([]);
  });
});

describe('a rare video', () => {
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
  const tiny = (seconds: number, rate: number) => ['-f', 'lavfi', '-i', `color=s=16x16:r=${rate}:d=${seconds}`];

  it('of 2 x 2 pixels is accepted', async () => {
    const path = await corpus.make('-f', 'lavfi', '-i', 'color=s=2x2:r=25:d=0.2', ...h264, 'two.mp4');
    expect((await inspect(path)).video).toMatchObject({ widthPx: 2, heightPx: 2, displayWidthPx: 2, displayHeightPx: 2 });
  });

  it('of 120,000 frames is accepted', async () => {
    const path = await corpus.make(...tiny(500, 240), '-c:v', 'mpeg4', '-q:v', '31', '-g', '600', 'many.mp4');
    expect(await inspect(path)).toMatchObject({ durationSeconds: 500, video: { frameRate: { numerator: 240, denominator: 1 } } });
  });

  it.each([
    ['13 hours of silence', 16_000, 13, { code: 'media-too-long' }],
    [
      '24 hours of silence in fewer bytes than that takes',
      8_000,
      24,
      { code: 'media-undecodable', message: expect.stringContaining('does not fit') },
    ],
  ] as const)('with %s is refused with the reason', async (_what, rateHz, hours, refusal) => {
    const minute = await corpus.make('-f', 'lavfi', '-i', `anullsrc=r=${rateHz}:cl=mono:d=60`, '-c:a', 'aac', `minute-${rateHz}.m4a`);
    const inputs = ['-stream_loop', String(60 * hours - 1), '-i', minute, '-i', await corpus.video('one-frame.mp4')];
    const path = await corpus.make(...inputs, '-map', '0:a', '-map', '1:v', '-c', 'copy', `hours-${hours}.mkv`);
    await expect(inspect(path)).rejects.toMatchObject(refusal);
  });

  it.each([
    [30, 'accepted'],
    [33, 'media-too-large'],
  ])('with %d streams is %s', async (count, expected) => {
    const maps = Array.from({ length: count - 1 }, () => ['-map', '1']).flat();
    const inputs = ['-i', await corpus.video('one-frame.mp4'), '-f', 'lavfi', '-i', 'sine=d=0.2'];
    const path = await corpus.make(...inputs, '-map', '0:v', ...maps, '-c:v', 'copy', '-c:a', 'pcm_s16le', `streams-${count}.mkv`);
    expect(await codeOf(path)).toBe(expected);
  });

  it('with a cover that claims 16,384 x 16,384 pixels is accepted without it', async () => {
    const bytes = await readFile(await corpus.covered('matroska.mkv'));
    const header = bytes.indexOf('IHDR', 0, 'latin1') + 4;
    bytes.writeUInt32BE(16_384, header);
    bytes.writeUInt32BE(16_384, header + 4);
    const info = await inspect(await corpus.write('large-cover.mkv', bytes));
    expect(info).toMatchObject({ videoStreamCount: 1, video: { codec: 'h264', widthPx: 320 } });
  });

  it('whose first times are negative is accepted, with its rate', async () => {
    const copy = ['-c', 'copy', '-avoid_negative_ts', 'disabled', '-output_ts_offset', '-0.5'];
    const path = await corpus.make('-i', await corpus.video('plain.mp4'), ...copy, 'negative.mkv');
    expect((await inspect(path)).video).toMatchObject({ frameRate: { numerator: 30_000, denominator: 1_001 }, isVariableFrameRate: false });
  });

  it('with a timecode track, as cameras write it, has one stream of data', async () => {
    const path = await corpus.make('-i', await corpus.video('plain.mp4'), '-c', 'copy', '-timecode', '01:00:00:00', 'camera.mov');
    expect(await inspect(path)).toMatchObject({ dataStreamCount: 1, videoStreamCount: 1 });
  });
});
