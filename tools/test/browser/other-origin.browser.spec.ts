/** What pages of another origin do with the API, in a real browser with the players and uploaders that people use. */
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeVideoCorpus, until, type VideoCorpus } from '#testing';
import { Api } from '../../../apps/gateway/test-e2e/support/api.ts';
import { clicks } from '../../../apps/gateway/test-e2e/support/audio-files.ts';
import { openTestStack, type TestStack } from '../../../apps/gateway/test-e2e/support/test-stack.ts';
import { sendCaption } from '../../../apps/gateway/test-e2e/support/video-files.ts';
import { type SlowFfmpeg, slowFfmpeg, uploadVideo } from '../../../apps/gateway/test-e2e/support/videos.ts';
import { type Browser, openBrowser, type Page } from './browser.ts';
import { type PageServer, servePage } from './page-server.ts';

let server: PageServer;
let browser: Browser;
let corpus: VideoCorpus;
let ffmpeg: SlowFfmpeg;
let stack: TestStack;
let ana: Api;
let page: Page;
beforeAll(async () => {
  server = await servePage();
  browser = await openBrowser();
  corpus = await makeVideoCorpus();
  ffmpeg = slowFfmpeg();
  stack = await openTestStack(['gateway', 'audio', 'video'], { FFMPEG_PATH: ffmpeg.path, GATEWAY_CORS_ORIGINS: server.origin });
  ana = await Api.register(stack.url);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await stack?.close();
  ffmpeg?.remove();
  await corpus?.remove();
  await server?.stop();
});
beforeEach(async () => {
  page = await browser.open(server.origin);
});
afterEach(() => page.close());

const address = (path: string) => new URL(path, stack.url).href;
const minutes = 60_000;

describe('a page of another origin', () => {
  it(
    'uploads a file of 12 MB with Uppy in three parts at once, which becomes a track',
    async () => {
      const sound = clicks(120, 140, 31, 44_100);
      expect(sound.length).toBeGreaterThan(12_000_000);
      server.offer(sound);
      const sent = await page.call('upload', { endpoint: address('/v1/uploads'), token: ana.token, file: '/file', parallelUploads: 3 });
      expect(sent).toEqual({ urls: [expect.stringContaining('/v1/uploads/')], errors: [] });
      const { status, body } = await page.call('readAsJson', sent.urls[0], ana.token);
      expect([status, body.state, body.concat, body.lengthBytes]).toEqual([200, 'finished', 'final', sound.length]);
      expect((await page.call('readAsJson', address(body.resource.links.self), ana.token)).body.fileName).toBe('from-uppy.wav');
      expect(page.requests('/v1/uploads').filter((one) => one === 'POST 201')).toHaveLength(4);
    },
    5 * minutes,
  );

  it(
    'follows a job to its end, and is told not to come back',
    async () => {
      const { body } = await ana.upload(clicks(90, 6, 32));
      const followed = await page.call('follow', address(`${body.links.job}/events`), ana.token);
      expect(followed).toMatchObject({ status: 200, again: 204 });
      expect(followed.names.at(-1)).toBe('job.succeeded');
      expect(await page.call('eventSourceWithoutToken', address(`${body.links.job}/events`))).toBe('closed');
    },
    2 * minutes,
  );

  it(
    'shows the picture of a signed link in <img> and plays one in <audio>',
    async () => {
      const { body } = await ana.upload(clicks(100, 5, 33), { wait: 60 });
      const picture = (await ana.post(`/v1/tracks/${body.id}/waveform.png/links`, {})).body;
      expect(await page.call('showImage', address(picture.url))).toEqual({ widthPx: expect.any(Number) });
      const file = (await ana.post(`${body.links.file}/links`, {})).body;
      expect((await page.call('playAudio', address(file.url))).durationSeconds).toBeCloseTo(5, 0);
      expect(await page.call('showImage', address(body.links.file))).toEqual({ error: 'not shown' });
    },
    2 * minutes,
  );
});

describe('hls.js', () => {
  const clip = async () => {
    const inputs = ['-f', 'lavfi', '-i', 'testsrc2=s=544x306:r=25:d=12', '-f', 'lavfi', '-i', 'sine=440:r=48000:d=12'];
    const encoders = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
    return readFile(await corpus.make(...inputs, ...encoders, 'browser.mp4'));
  };
  const linkOf = async (videoId: string) => address((await ana.post(`/v1/videos/${videoId}/hls/links`, {})).body.url);

  it(
    'starts, switches levels, seeks and shows captions',
    async () => {
      const videoId = await uploadVideo(ana, await clip());
      for (const preset of ['web-240p', 'web-360p'])
        expect((await ana.post(`/v1/videos/${videoId}/renditions?wait=60`, { preset })).status).toBe(201);
      const text = 'WEBVTT\n\n00:05.000 --> 00:11.000\nHow are you?\n';
      expect((await sendCaption(ana, videoId, text, 'language=en&isDefault=true')).status).toBe(201);
      const started = await page.call('play', await linkOf(videoId));
      expect(started).toEqual({ heightsPx: [240, 306], isLive: false, subtitles: ['en'] });
      expect(await page.call('switchTo', 1)).toBe(306);
      expect(await page.call('switchTo', 0)).toBe(240);
      expect(await page.call('seek', 9)).toBeGreaterThan(9);
      expect(await page.call('captionAt', 6)).toEqual(['How are you?']);
    },
    5 * minutes,
  );

  it(
    'starts while the video is still encoded, and learns of the end',
    async () => {
      const videoId = await uploadVideo(
        ana,
        await clip().then((bytes) => Buffer.concat([bytes, Buffer.from([0, 0, 0, 8, 102, 114, 101, 101])])),
      );
      ffmpeg.slow();
      const { body } = await ana.post(`/v1/videos/${videoId}/renditions`, { preset: 'web-240p' });
      const plays = async () =>
        (await ana.get(`/v1/videos/${videoId}/hls/master.m3u8`)).status === 200 && (await ana.get(body.links.self)).body.segmentCount > 0;
      expect(await until(plays, 2 * minutes)).toBe(true);
      const started = await page.call('play', await linkOf(videoId));
      expect(started).toMatchObject({ heightsPx: [240], isLive: true });
      ffmpeg.fast();
      expect(await page.call('whenComplete')).toBe(true);
      expect(await page.call('seek', 10)).toBeGreaterThan(10);
    },
    5 * minutes,
  );
});
