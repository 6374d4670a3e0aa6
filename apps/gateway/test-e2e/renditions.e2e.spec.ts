/** Renditions through the API: encoded once for two owners, played with ranges, shared and let go. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { Api } from './support/api.ts';
import { clicks, runFfmpeg } from './support/audio-files.ts';
import { metric, openTestStack, query, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let ana: Api;
let bruno: Api;
let song: Buffer;
let track: string;
/** The same bytes of somebody else. */
let sameTrack: string;

beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio']);
  [ana, bruno] = [await Api.register(stack.url), await Api.register(stack.url)];
  song = clicks(120, 3, 77, 44_100);
  track = (await ana.analyse(song, { name: 'song.wav' })).id;
  sameTrack = (await bruno.analyse(song, { name: 'copy.wav' })).id;
}, 120_000);
afterAll(() => stack?.close());

const make = (api: Api, trackId: string, body: object) => api.post(`/v1/tracks/${trackId}/renditions?wait=60`, body);
const storageBytes = async (api: Api) => (await api.get('/v1/usage')).body.totals.storageBytes as number;
const count = (name: string, labels: Record<string, string>) => metric(stack.processes.services.audio!.url, name, labels);
const references = async (sha256: string) =>
  (await query(stack.processes.environment.DATABASE_URL, 'SELECT 1 FROM blobs.reference WHERE sha256 = $1', [sha256])).length;

describe('a rendition', () => {
  it('is made, described, listed, played in parts, and counted once', async () => {
    const labels = { level: 'medium', format: 'opus' };
    const counts = async () =>
      Promise.all(
        ['audio_compression_operations_total', 'audio_compression_seconds_count', 'audio_compression_ratio_count'].map((name) =>
          count(name, labels),
        ),
      );
    expect(await counts()).toEqual([0, 0, 0]);
    const before = await storageBytes(ana);
    const made = await make(ana, track, { level: 'medium', format: 'opus', tags: ['phone'] });
    expect(made).toMatchObject({
      status: 201,
      body: {
        ...{
          kind: 'track-rendition',
          state: 'ready',
          trackId: track,
          requestedLevel: 'medium',
          level: 'medium',
          format: 'opus',
          codec: 'opus',
        },
        ...{ title: 'song', tags: ['phone'], sampleRateHz: 48_000, channels: 1, contentType: 'audio/ogg; codecs=opus', quality: null },
      },
    });
    expect(made.headers.get('location')).toBe(made.body.links.self);
    expect(made.body.compressionRatio).toBeCloseTo(song.length / made.body.sizeBytes, 1);
    expect(await counts()).toEqual([1, 1, 1]);
    expect((await storageBytes(ana)) - before).toBe(made.body.sizeBytes);
    expect((await make(ana, track, { level: 'medium', format: 'opus' })).body.id).toBe(made.body.id);
    expect(await counts()).toEqual([1, 1, 1]);
    const listed = await ana.get(`/v1/tracks/${track}/renditions?format=opus&state=ready`);
    expect(listed.body.items.map(({ id }: { id: string }) => id)).toEqual([made.body.id]);

    const whole = await ana.raw(made.body.links.file);
    const bytes = Buffer.from(await whole.arrayBuffer());
    const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      etag,
      'content-type': 'audio/ogg; codecs=opus',
      'cache-control': 'private, max-age=31536000, immutable',
      'content-disposition': 'attachment; filename="song (medium).opus"',
    });
    const part = await ana.raw(made.body.links.file, { headers: { range: 'bytes=0-3', 'if-range': etag } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, `bytes 0-3/${bytes.length}`, 'OggS']);
    expect((await ana.raw(made.body.links.file, { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect(await ana.get(made.body.links.file, { range: 'bytes=99999999-' })).toMatchObject({ status: 416 });
  });

  it('is linked for somebody without an account, until it is deleted', async () => {
    const { body } = await make(ana, track, { level: 'low', format: 'mp3' });
    const link = await ana.post(body.links.fileLinks, { expiresInSeconds: 60 });
    expect(link.status).toBe(201);
    const played = await new Api(stack.url).raw(link.body.url, { headers: { range: 'bytes=0-1' } });
    expect([played.status, played.headers.get('cache-control')]).toEqual([206, 'public, max-age=31536000, immutable']);
    expect(played.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect((await ana.delete(body.links.self)).status).toBe(204);
    expect(await new Api(stack.url).get(link.body.url)).toMatchObject({ status: 404, body: { code: 'rendition-not-found' } });
    expect(await ana.get(body.links.self)).toMatchObject({ status: 404, body: { code: 'rendition-not-found' } });
  });

  it('is encoded once for two owners who ask at the same time, and its bytes go with the last of them', async () => {
    const labels = { level: 'high', format: 'ogg' };
    const before = await storageBytes(bruno);
    const wish = { level: 'high', format: 'ogg', normalize: true };
    const [anas, brunos] = await Promise.all([make(ana, track, wish), make(bruno, sameTrack, wish)]);
    expect([anas.body.state, brunos.body.state, anas.body.isNormalized]).toEqual(['ready', 'ready', true]);
    const results = ['encoded', 'shared', 'failed'].map((result) => count('audio_compression_operations_total', { ...labels, result }));
    expect(await Promise.all(results)).toEqual([1, 1, 0]);
    const [anasFile, brunosFile] = await Promise.all([ana.raw(anas.body.links.file), bruno.raw(brunos.body.links.file)]);
    const sha256 = anasFile.headers.get('etag')!.slice(1, -1);
    expect(brunosFile.headers.get('etag')).toBe(`"${sha256}"`);
    await Promise.all([anasFile.arrayBuffer(), brunosFile.arrayBuffer()]);
    expect((await storageBytes(bruno)) - before).toBe(brunos.body.sizeBytes);
    await ana.delete(anas.body.links.self);
    expect(await references(sha256)).toBe(1);
    expect((await bruno.raw(brunos.body.links.file, { method: 'HEAD' })).status).toBe(200);
    await bruno.delete(brunos.body.links.self);
    expect(await references(sha256)).toBe(0);
    expect(await storageBytes(bruno)).toBe(before);
  });

  it('goes with its track', async () => {
    const other = await ana.analyse(clicks(100, 3, 78, 44_100), { name: 'other.wav' });
    const before = await storageBytes(ana);
    const { body } = await make(ana, other.id, { level: 'ultra_low', format: 'wav' });
    const file = await ana.raw(body.links.file, { method: 'HEAD' });
    await ana.delete(other.links.self);
    expect(await references(file.headers.get('etag')!.slice(1, -1))).toBe(0);
    expect(await storageBytes(ana)).toBe(before - other.sizeBytes);
    expect(await ana.get(body.links.self)).toMatchObject({ status: 404, body: { code: 'track-not-found' } });
  });
});

describe('an HLS stream', () => {
  const anonymous = () => new Api(stack.url);
  const master = (trackId: string) => `/v1/tracks/${trackId}/hls/master.m3u8`;
  const text = async (api: Api, path: string) => {
    const answer = await api.raw(path);
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
  };
  const addressesIn = (playlist: string) => playlist.split('\n').filter((line) => line.includes('.m3u8'));

  it('is made on demand, once for two owners, and played by ffmpeg without an account', async () => {
    const before = await storageBytes(ana);
    const [anas, brunos] = await Promise.all([text(ana, `${master(track)}?wait=60`), text(bruno, `${master(sameTrack)}?wait=60`)]);
    expect([anas.status, brunos.status, anas.type]).toEqual([200, 200, 'application/vnd.apple.mpegurl']);
    expect(anas.text.match(/BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="mp4a\.40\.2"/g)).toHaveLength(3);
    const levels = addressesIn(anas.text);
    expect(levels.map((address) => address.split('/').at(-2))).toEqual(['medium', 'low', 'high']);
    const results = () => Promise.all(['encoded', 'shared', 'failed'].map((result) => count('audio_streams_total', { result })));
    expect(await until(async () => (await results()).join() === '1,1,0', 30_000)).toBe(true);

    const playlist = await text(anonymous(), levels[0]!);
    expect(playlist.text).toContain('#EXT-X-PLAYLIST-TYPE:VOD');
    const folder = levels[0]!.replace('playlist.m3u8', '');
    const first = await anonymous().raw(`${folder}segments/0.m4s`, { headers: { range: 'bytes=0-7' } });
    expect([first.status, (await first.text()).slice(4, 8)]).toEqual([206, 'sidx']);
    expect(first.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const link = (await ana.post(`/v1/tracks/${track}/hls/links`, { expiresInSeconds: 60 })).body.url as string;
    const samples = runFfmpeg(['-i', link, '-map', '0:a:0', '-f', 'f32le'], 'heard.raw').length / 4;
    expect(Math.abs(samples / 44_100 - 3)).toBeLessThan(0.06); // the edit list is not for ffmpeg's reader of HLS: a packet in front, the rest of the last
    expect((await storageBytes(ana)) - before).toBeGreaterThan(3 * 3 * 10_000);
    expect(await references(first.headers.get('etag')!.slice(1, -1))).toBe(1);

    expect((await ana.delete(`/v1/tracks/${track}/hls`)).status).toBe(204);
    expect(await storageBytes(ana)).toBe(before);
    expect(await anonymous().get(`${folder}segments/0.m4s`)).toMatchObject({ status: 404, body: { code: 'rendition-not-found' } });
    expect((await text(bruno, addressesIn(brunos.text)[0]!)).status).toBe(200);
    await bruno.delete(`/v1/tracks/${sameTrack}/hls`);
    expect(await references(first.headers.get('etag')!.slice(1, -1))).toBe(0);
  });

  it('of another account, of a wrong link, or of a segment that is not there is not found', async () => {
    const { text: playlist } = await text(ana, `${master(track)}?wait=60`);
    const folder = addressesIn(playlist)[0]!.replace('playlist.m3u8', '');
    const answers = await Promise.all([
      ...[bruno.get(master(track)), bruno.post(`/v1/tracks/${track}/hls/links`, {}), bruno.delete(`/v1/tracks/${track}/hls`)],
      ...[anonymous().get(`${folder}segments/99.m4s`), anonymous().get(`${folder.replace(/links\/..../, 'links/AAAA')}playlist.m3u8`)],
      anonymous().get(`${folder}segments/0.mp3`),
    ]);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      ...Array(3).fill([404, 'track-not-found']),
      ...[
        [404, 'segment-not-found'],
        [403, 'link-invalid'],
        [400, 'request-invalid'],
      ],
    ]);
  });
});

describe('an audio service that is killed while it encodes', () => {
  it('encodes again after its restart, once, and leaves nothing behind', async () => {
    const audio = stack.processes.services.audio!;
    const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`rafaga-scratch-${audio.pid}-`));
    stack.ffmpeg.hold();
    const { body } = await ana.post(`/v1/tracks/${track}/renditions`, { level: 'ultra_low', format: 'mp3' });
    expect(await until(() => folders().length === 1, 20_000)).toBe(true);
    const [left] = folders();
    await audio.kill();
    stack.ffmpeg.release();
    await audio.restart();
    const job = await until(async () => (await ana.get(body.links.job)).body.state === 'succeeded', 60_000);
    expect(job).toBe(true);
    expect((await ana.get(body.links.job)).body).toMatchObject({ attempts: 2 });
    expect((await ana.get(body.links.self)).body).toMatchObject({ state: 'ready', codec: 'mp3' });
    expect(readdirSync(tmpdir())).not.toContain(left);
    expect(folders()).toEqual([]);
  }, 120_000);
});

describe('level=auto', () => {
  it('takes the smallest level that is good enough, the largest that fits, or says that nothing fits', async () => {
    const auto = (bounds: object) => make(ana, track, { level: 'auto', format: 'm4a', ...bounds });
    const good = await auto({ minQuality: 3 });
    expect(good.body).toMatchObject({ requestedLevel: 'auto', decidedBy: 'min-quality' });
    expect(good.body.quality.segmentalSnrDb).toBeGreaterThanOrEqual(3);
    const small = await auto({ minQuality: 35, maxSizeKb: Math.ceil(good.body.sizeBytes / 1_024) });
    expect(small.body).toMatchObject({ decidedBy: 'max-size', level: expect.any(String) });
    expect(small.body.sizeBytes).toBeLessThanOrEqual(1_024 * Math.ceil(good.body.sizeBytes / 1_024));
    expect(await auto({ maxSizeKb: 1 })).toMatchObject({ status: 422, body: { code: 'rendition-not-possible' } });
  });
});

describe('what cannot be made', () => {
  it.each([
    [{ level: 'lossless', format: 'mp3' }, 422, 'rendition-not-possible'],
    [{ level: 'lossless', format: 'opus' }, 422, 'rendition-not-possible'],
    [{ level: 'best', format: 'mp3' }, 400, 'request-invalid'],
    [{ level: 'low', format: 'wma' }, 400, 'request-invalid'],
    [{ level: 'low' }, 400, 'request-invalid'],
    [{ level: 'low', format: 'mp3', maxSizeKb: 100 }, 400, 'request-invalid'],
    [{ level: 'auto', format: 'mp3', maxSizeKb: 0 }, 400, 'request-invalid'],
    [{ level: 'auto', format: 'mp3', minQuality: 1_000 }, 400, 'request-invalid'],
    [{ level: 'low', format: 'mp3', bitRateKbps: 320 }, 400, 'request-invalid'],
  ])('%j is refused with %d %s', async (body, status, code) =>
    expect(await make(ana, track, body)).toMatchObject({ status, body: { code } }),
  );

  it('is a lossless copy of a lossy original; its lossy renditions are never above it', async () => {
    const mp3 = runFfmpeg(['-f', 'lavfi', '-i', 'sine=440:r=44100:d=3', '-b:a', '64k'], 'small.mp3');
    const { id } = await ana.analyse(mp3, { name: 'small.mp3' });
    expect(await make(ana, id, { level: 'lossless', format: 'ogg' })).toMatchObject({ status: 422 });
    const { body } = await make(ana, id, { level: 'high', format: 'mp3' });
    expect(body.bitRateKbps).toBeLessThan(72);
    expect(body.ratioNote).toBe('The original is already compressed (mp3).');
  });

  it('is anything of a track of another account, on any route', async () => {
    const { links } = (await make(ana, track, { level: 'low', format: 'opus' })).body;
    const brunos = (await make(bruno, sameTrack, { level: 'low', format: 'opus' })).body;
    const answers = await Promise.all([
      make(bruno, track, { level: 'low', format: 'opus' }),
      ...[bruno.get(`/v1/tracks/${track}/renditions`), bruno.get(links.self), bruno.delete(links.self), bruno.get(links.file)],
      bruno.post(links.fileLinks, {}),
      ana.get(`/v1/tracks/${track}/renditions/${brunos.id}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(Array(7).fill(404));
    expect((await ana.get(links.self)).body.state).toBe('ready');
  });
});
