/** A video from its upload to its deletion, through the gateway and the video service, on real files. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import { makeVideoCorpus, until, type VideoCorpus } from '#testing';
import { Api } from './support/api.ts';
import { look } from './support/look-at-picture.ts';
import { hearEvents, typesOf } from './support/owner-events.ts';
import { openTestStack, query, type TestStack } from './support/test-stack.ts';
import { sendVideo } from './support/video-files.ts';

let stack: TestStack;
let corpus: VideoCorpus;
let ana: Api;
let eve: Api;
let portrait: Buffer;

beforeAll(async () => {
  corpus = await makeVideoCorpus();
  stack = await openTestStack(['gateway', 'video']);
  [ana, eve] = [await Api.register(stack.url), await Api.register(stack.url)];
  portrait = await readFile(await corpus.turned(90));
}, 120_000);
afterAll(async () => {
  await stack?.close();
  await corpus?.remove();
});

async function bytesOf(user: Api, path: string): Promise<{ readonly answer: Response; readonly bytes: Buffer }> {
  const answer = await user.raw(path);
  return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
}

describe('a portrait clip', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a response body, checked below
  let video: any;

  it('is accepted with 202, its job, and what its streams say', async () => {
    const { status, headers, body } = await sendVideo(ana, portrait, 'holiday.mp4', {
      fields: { tags: '["beach"]', externalId: 'clip-1' },
    });
    video = body;
    expect([status, headers.get('location')]).toEqual([202, `/v1/jobs/${body.job.id}`]);
    expect(body).toMatchObject({
      ...{ kind: 'video', state: 'processing', title: 'holiday', tags: ['beach'], externalId: 'clip-1', fileName: 'holiday.mp4' },
      ...{ contentType: 'video/mp4', container: 'mp4', sizeBytes: portrait.length, videoCodec: 'h264', audioCodec: 'aac' },
      ...{ widthPx: 320, heightPx: 180, displayWidthPx: 180, displayHeightPx: 320, rotationDegrees: 90, frameRate: 29.97, bitDepth: 8 },
      sha256: createHash('sha256').update(portrait).digest('hex'),
      streams: [
        { type: 'video', codec: 'h264' },
        { type: 'audio', codec: 'aac', channels: 1, sampleRateHz: 48_000 },
      ],
      links: { self: `/v1/videos/${body.id}`, poster: `/v1/videos/${body.id}/poster` },
    });
  });

  it('is ready when its job has decoded it', async () => {
    const { status, body } = await sendVideo(ana, portrait, 'again.mp4', { wait: 60 });
    expect([status, body.state, body.warnings, Math.round(10 * body.durationSeconds) / 10]).toEqual([201, 'ready', [], 3]);
    expect((await ana.get(video.links.self)).body).toMatchObject({
      state: 'ready',
      job: { state: 'succeeded', percent: 100 },
      problem: null,
    });
    expect((await ana.delete(body.links.self)).status).toBe(204);
  });

  it('has a poster that stands upright and shows something', async () => {
    const { answer, bytes } = await bytesOf(ana, video.links.poster);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      ...[200, 'image/jpeg', 'private, max-age=3600'],
    ]);
    expect(answer.headers.get('content-disposition')).toContain('holiday-poster.jpg');
    const { size, luma } = await look(corpus, bytes);
    expect(size).toBe('mjpeg,180,320');
    expect(luma).toBeGreaterThan(30);
    expect((await look(corpus, (await bytesOf(ana, `${video.links.poster}?widthPx=90&format=webp`)).bytes)).size).toBe('webp,90,160');
  });

  it('has a thumbnail at any moment, made once', async () => {
    const path = `${video.links.thumbnail}?timeSeconds=1&widthPx=90&format=webp`;
    const { answer, bytes } = await bytesOf(ana, path);
    expect((await look(corpus, bytes)).size).toBe('webp,90,160');
    expect(answer.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    const calls = stack.ffmpeg.calls();
    const etag = answer.headers.get('etag')!;
    expect((await ana.raw(path, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const part = await ana.raw(path, { headers: { range: 'bytes=0-3' } });
    expect([part.status, await part.text()]).toEqual([206, 'RIFF']);
    expect(stack.ffmpeg.calls()).toBe(calls);
    expect((await look(corpus, (await bytesOf(ana, path.replace('webp', 'avif'))).bytes)).size).toBe('av1,90,160');
    expect((await bytesOf(ana, `${video.links.thumbnail}?timeSeconds=2&widthPx=90&format=webp`)).bytes.equals(bytes)).toBe(false);
  });

  it.each([
    ['timeSeconds=3.5', 422, 'time-outside-video'],
    ['timeSeconds=-1', 400, 'request-invalid'],
    ['timeSeconds=NaN', 400, 'request-invalid'],
    ['timeSeconds=1&widthPx=1', 400, 'request-invalid'],
    ['timeSeconds=1&format=exe', 400, 'request-invalid'],
  ])('has no thumbnail for %j', async (wish, status, code) => {
    expect(await ana.get(`${video.links.thumbnail}?${wish}`)).toMatchObject({ status, body: { code } });
  });

  it('has an animated preview, made once', async () => {
    const { answer, bytes } = await bytesOf(ana, video.links.preview);
    expect([answer.status, answer.headers.get('content-type'), bytes.toString('latin1', 8, 16)]).toEqual([200, 'image/webp', 'WEBPVP8X']);
    expect(answer.headers.get('content-disposition')).toContain('holiday-preview.webp');
    const calls = stack.ffmpeg.calls();
    expect((await ana.raw(video.links.preview, { headers: { 'if-none-match': answer.headers.get('etag')! } })).status).toBe(304);
    expect(stack.ffmpeg.calls()).toBe(calls);
  });

  it('has a storyboard whose cues lie on its sheet and cover the whole length', async () => {
    const vtt = (await bytesOf(ana, video.links.storyboardVtt)).bytes.toString();
    const cues = [...vtt.matchAll(/^(\S+) --> (\S+)\n(storyboard\.jpg)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm)];
    expect(cues.map(([, start]) => start)).toEqual(['00:00:00.000', '00:00:01.000', '00:00:02.000', '00:00:03.000']);
    expect(cues.at(-1)![2]).toMatch(/^00:00:03\.00/);
    const { size } = await look(corpus, (await bytesOf(ana, video.links.storyboardJpg)).bytes);
    const [, width, height] = size.split(',').map(Number);
    for (const [, , , , x, y, w, h] of cues)
      expect([Number(x) + Number(w) <= width!, Number(y) + Number(h) <= height!]).toEqual([true, true]);
  });

  it('has an analysis from the same decode, and a chart of its curves', async () => {
    const { status, headers, body } = await ana.get(video.links.analysis);
    expect([status, headers.get('cache-control')]).toEqual([200, 'private, max-age=3600']);
    expect(body).toMatchObject({ videoId: video.id, black: [], silent: [], scenes: [{ startSeconds: 0, begins: 'start' }] });
    expect(body.scenes.at(-1).endSeconds).toBeCloseTo(3, 1);
    expect([body.loudnessLufs < -10 && body.loudnessLufs > -30, body.curves.motion.length, body.moments.length > 0]).toEqual([
      true,
      16,
      true,
    ]);
    const chart = await ana.raw(`${video.links.curves}?widthPx=600`);
    expect([chart.headers.get('content-type'), (await chart.text()).slice(0, 60)]).toEqual([
      'image/svg+xml; charset=utf-8',
      expect.stringContaining('<svg xmlns="http://www.w3.org/2000/svg" width="600"'),
    ]);
    expect(await ana.get(`${video.links.curves}?widthPx=1`)).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
  });

  it('finds its trimmed and smaller copy, among the videos of its owner only', async () => {
    expect((await ana.get(video.links.similar)).body).toEqual({ items: [], nextCursor: null });
    const encoder = ['-vf', 'scale=90:-2', '-c:v', 'libx264', '-preset', 'ultrafast', '-an'];
    const copy = await readFile(await corpus.make('-ss', '0.8', '-i', await corpus.turned(90), ...encoder, 'trimmed.mp4'));
    await sendVideo(await Api.register(stack.url), copy, 'hers.mp4', { wait: 60 });
    const { body } = await sendVideo(ana, copy, 'shorter.mp4', { wait: 60 });
    const { items } = (await ana.get(video.links.similar)).body;
    expect(items).toMatchObject([{ videoId: body.id, title: 'shorter', same: true, spans: [{ otherStartSeconds: 0 }] }]);
    expect(items[0].spans[0].startSeconds).toBeCloseTo(0.8, 0);
    expect((await ana.delete(body.links.self)).status).toBe(204);
    expect((await ana.get(video.links.similar)).body).toEqual({ items: [], nextCursor: null });
  });

  it('gives its file back, whole and in part', async () => {
    const { answer, bytes } = await bytesOf(ana, video.links.file);
    expect([answer.headers.get('content-type'), bytes.equals(portrait)]).toEqual(['video/mp4', true]);
    const part = await ana.raw(video.links.file, { headers: { range: 'bytes=4-7' } });
    expect([part.status, await part.text()]).toEqual([206, 'ftyp']);
  });

  it('can be shown to somebody without an account by a link', async () => {
    const { status, body } = await ana.post(video.links.posterLinks, { expiresInSeconds: 60 });
    const answer = await new Api(stack.url).raw(body.url);
    expect([status, answer.status, answer.headers.get('cross-origin-resource-policy')]).toEqual([201, 200, 'cross-origin']);
    expect((await look(corpus, Buffer.from(await answer.arrayBuffer()))).size).toBe('mjpeg,180,320');
  });

  it('is found by title, tag, file name, shape and size, and changed by its owner', async () => {
    const found = async (wish: string) => (await ana.get(`/v1/videos?${wish}`)).body.items.map(({ id }: { id: string }) => id);
    for (const wish of ['q=beach', 'q=holiday.mp4', 'orientation=portrait', 'videoCodec=h264&durationSecondsMin=2', 'sizeBytesMax=9999999'])
      expect([wish, await found(wish)]).toEqual([wish, [video.id]]);
    for (const wish of ['q=forest', 'orientation=landscape', 'durationSecondsMin=10', 'state=failed'])
      expect([wish, await found(wish)]).toEqual([wish, []]);
    const read = await ana.raw(video.links.self);
    const patch = (etag: string, body: object) =>
      ana.send(video.links.self, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', 'if-match': etag },
        body: JSON.stringify(body),
      });
    const etag = read.headers.get('etag')!;
    expect(await patch(etag, { title: 'Playa', tags: ['forest'] })).toMatchObject({
      status: 200,
      body: { title: 'Playa', tags: ['forest'] },
    });
    expect(await patch(etag, { title: 'Other' })).toMatchObject({ status: 412 });
    expect([await found('q=forest+playa'), await found('q=beach')]).toEqual([[video.id], []]);
    const [summary] = (await ana.get('/v1/videos')).body.items;
    expect([summary.streams, (await ana.get('/v1/videos?fields=streams')).body.items[0].streams.length]).toEqual([undefined, 2]);
  });

  it('does not exist for anybody else', async () => {
    const paths = Object.values(video.links as Record<string, string>).filter(
      (path) => path.startsWith('/v1/videos/') && !path.endsWith('links'),
    );
    for (const path of paths) {
      const answer = await eve.get(path.endsWith('thumbnail') ? `${path}?timeSeconds=1` : path);
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'video-not-found']);
    }
    expect((await eve.post(video.links.posterLinks, {})).status).toBe(404);
    expect((await eve.delete(video.links.self)).status).toBe(404);
    expect((await eve.get('/v1/videos')).body.items).toEqual([]);
  });
});

describe('a clip', () => {
  const cut = async (user: Api, path: string, wish: object) => {
    const { status, headers, body } = await user.post(path, wish);
    expect([status, headers.get('location')]).toEqual([202, `/v1/jobs/${body.job.id}`]);
    await until(async () => !['queued', 'running'].includes((await user.get(body.job.links.self)).body.state), 60_000);
    return (await user.get(body.job.links.self)).body;
  };

  const clipsOf = ({ links }: { links: { self: string } }) => `${links.self}/clips`;

  it('is a video of its own, exact to the frame, encoded once for all who have the same video', async () => {
    const bytes = await readFile(await corpus.video('plain.mp4'));
    const { body: source } = await sendVideo(ana, bytes, 'plain.mp4', { wait: 60 });
    const job = await cut(ana, clipsOf(source), { startSeconds: 1.001, endSeconds: 1.502, tags: ['cut'] });
    expect(job).toMatchObject({ kind: 'video.clip.encode', state: 'succeeded', links: { resource: source.links.self } });
    const isReady = async () => (await ana.get(`/v1/videos/${job.result.videoId}`)).body.state === 'ready';
    expect(await until(isReady, 60_000)).toBe(true);
    const { body: clip } = await ana.get(`/v1/videos/${job.result.videoId}`);
    expect(clip).toMatchObject({
      ...{ title: 'plain (clip)', fileName: 'plain-clip.mp4', tags: ['cut'], videoCodec: 'h264', audioCodec: 'aac', widthPx: 320 },
      clipOf: { videoId: source.id, startSeconds: 1.001, endSeconds: 1.502 },
    });
    expect([Math.round(clip.durationSeconds * 10), source.clipOf]).toEqual([5, null]);

    const dora = await Api.register(stack.url);
    const hers = (await sendVideo(dora, bytes, 'hers.mp4', { wait: 60 })).body;
    const again = await cut(dora, clipsOf(hers), { startSeconds: 1, endSeconds: 1.5 });
    const { body: copy } = await dora.get(`/v1/videos/${again.result.videoId}`);
    expect(copy).toMatchObject({ sha256: clip.sha256, state: 'ready', clipOf: { videoId: hers.id } });

    const best = (await ana.get(source.links.analysis)).body.moments[0];
    const moment = await cut(ana, clipsOf(source), { moment: 1, title: 'Best' });
    const { clipOf } = (await ana.get(`/v1/videos/${moment.result.videoId}`)).body;
    expect(Math.abs(clipOf.startSeconds - best.startSeconds)).toBeLessThan(0.02);
    for (const [wish, status, code] of [
      [{ moment: 5 }, 422, 'moment-not-found'],
      [{ startSeconds: 2, endSeconds: 9 }, 422, 'time-outside-video'],
      [{ startSeconds: 1 }, 400, 'request-invalid'],
      [{ startSeconds: 1, endSeconds: 2, moment: 1 }, 400, 'request-invalid'],
    ] as const)
      expect(await ana.post(clipsOf(source), wish)).toMatchObject({ status, body: { code } });
    expect((await dora.post(clipsOf(source), { moment: 1 })).status).toBe(404);
  });
});

describe('a video file with subtitles', () => {
  it('has them as captions when it is ready', async () => {
    const srt = await corpus.write('hola.srt', '1\n00:00:00,500 --> 00:00:01,500\nHola\n');
    const inputs = ['-i', await corpus.video('plain.mp4'), '-i', srt, '-map', '0', '-map', '1', '-c', 'copy', '-c:s', 'mov_text'];
    const bytes = await readFile(await corpus.make(...inputs, '-metadata:s:s:0', 'language=spa', 'subtitled.mp4'));
    const { body } = await sendVideo(ana, bytes, 'subtitled.mp4', { wait: 60 });
    expect([body.state, body.warnings]).toEqual(['ready', ['index-at-end']]);
    const { items } = (await ana.get(body.links.captions)).body;
    expect(items).toMatchObject([{ language: 'es', title: 'es', role: 'subtitles', format: 'embedded', cueCount: 1 }]);
    expect((await bytesOf(ana, items[0].links.file)).bytes.toString()).toContain('00:00:00.500 --> 00:00:01.500\nHola');
  });
});

describe('equal bytes of two owners', () => {
  const references = async () =>
    (
      await query<{ holder: string }>(
        stack.processes.environment.DATABASE_URL!,
        `SELECT holder FROM blobs.reference WHERE holder LIKE 'video.%'`,
      )
    ).length;

  it('are read once, and stay until the last of them is deleted', async () => {
    const bytes = await readFile(await corpus.video('fade-from-black.mp4'));
    const before = await references();
    const first = await sendVideo(ana, bytes, 'fade.mp4', { wait: 60 });
    const calls = stack.ffmpeg.calls();
    const second = await sendVideo(eve, bytes, 'mine.mp4', { wait: 60 });
    expect([second.status, second.body.state, stack.ffmpeg.calls()]).toEqual([201, 'ready', calls]);
    const poster = await bytesOf(eve, second.body.links.poster);
    expect((await look(corpus, poster.bytes)).luma).toBeGreaterThan(30);
    const usage = async (user: Api) => (await user.get('/v1/usage')).body.totals;
    const { storageBytes, videoMinutes } = await usage(eve);
    expect([storageBytes, Math.round(videoMinutes * 60)]).toEqual([bytes.length, 3]);

    expect((await ana.delete(first.body.links.self)).status).toBe(204);
    expect((await ana.get(first.body.links.poster)).status).toBe(404);
    expect((await bytesOf(eve, second.body.links.poster)).answer.status).toBe(200);
    expect((await eve.delete(second.body.links.self)).status).toBe(204);
    expect([await references(), (await usage(eve)).storageBytes]).toEqual([before, 0]);
  });
});

describe('scores of metadata', () => {
  const score = (query: string, body: string, headers: Record<string, string> = {}) =>
    ana.raw(`/v1/videos/score?${query}`, { method: 'POST', body, headers: { 'content-type': 'application/x-ndjson', ...headers } });
  const lines = '{"id":"a","views":1}\n{"id":"b","views":"many"}\n{"id":"c","views":3}\n';

  it('come as NDJSON, and are read back when they are saved', async () => {
    const answer = await score('weights[views]=1&save=true&title=Spring&tags=q1', lines);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    const [{ summary }, ...rows] = (await answer.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(summary).toMatchObject({ rowCount: 2, badLines: [{ line: 2, code: 'value-invalid' }] });
    expect(answer.headers.get('location')).toBe(`/v1/videos/score-runs/${summary.runId}`);
    const { body: run } = await ana.get(answer.headers.get('location')!);
    expect(run).toMatchObject({ kind: 'score-run', title: 'Spring', tags: ['q1'], links: { rows: `${run.links.self}/rows` } });
    const { body: page } = await ana.get(`${run.links.rows}?sort=line`);
    expect(page).toEqual({ items: rows, nextCursor: null });
    expect((await eve.get(run.links.self)).status).toBe(404);
    expect((await ana.delete(run.links.self)).status).toBe(204);
  });

  it('come as Arrow where that is accepted', async () => {
    const answer = await score('weights[views]=1', lines, { accept: 'application/vnd.apache.arrow.stream' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/vnd.apache.arrow.stream']);
    expect(
      tableFromIPC(await answer.bytes())
        .getChild('score')
        ?.toArray(),
    ).toEqual(Float64Array.of(-1, 1));
  });

  it.each([
    ['', lines, 400, 'request-invalid'],
    ['weights[views]=0', lines, 400, 'request-invalid'],
    ['weights[views]=much', lines, 400, 'request-invalid'],
    ['weights[views]=1&method=fast', lines, 400, 'request-invalid'],
    ['weights[views]=1', 'no lines', 422, 'score-lines-invalid'],
    ['weights[views]=1', '', 422, 'media-empty'],
  ])('are refused for %j with %j by %d', async (query, body, status, code) => {
    const answer = await score(query, body);
    expect({ status: answer.status, problem: await answer.json() }).toMatchObject({ status, problem: { code } });
  });
});

describe('the events of an owner', () => {
  it('tell of a video that is ready and of its deletion', async () => {
    const dora = await Api.register(stack.url);
    const { body } = await sendVideo(dora, portrait, 'holiday.mp4');
    const ready = (await hearEvents(dora, 2)).find(({ event }) => event === 'video.ready');
    expect(ready!.data).toMatchObject({ type: 'video.ready', data: { id: body.id, kind: 'video', state: 'ready', links: body.links } });
    await dora.delete(body.links.self);
    expect(typesOf(await hearEvents(dora, 3)).sort()).toEqual(['job.succeeded', 'video.deleted', 'video.ready']);
  });
});
