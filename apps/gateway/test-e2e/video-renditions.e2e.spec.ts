/** Renditions of videos through the gateway, played by players that have no account. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectSuccess, runTool } from '#compute';
import { makeVideoCorpus, mediaTools, until, type VideoCorpus } from '#testing';
import { Api } from './support/api.ts';
import { metric, openTestStack, query, type TestStack } from './support/test-stack.ts';
import { sendCaption } from './support/video-files.ts';
import { portraitClip, type SlowFfmpeg, slowFfmpeg, uploadVideo } from './support/videos.ts';

let corpus: VideoCorpus;
let ffmpeg: SlowFfmpeg;
let stack: TestStack;
let ana: Api;
let anonymous: Api;
let clip: Buffer;

beforeAll(async () => {
  corpus = await makeVideoCorpus();
  ffmpeg = slowFfmpeg();
  clip = await portraitClip(corpus);
  stack = await openTestStack(['gateway', 'video'], { FFMPEG_PATH: ffmpeg.path });
  ana = await Api.register(stack.url);
  anonymous = new Api(stack.url);
}, 120_000);
afterAll(async () => {
  await stack?.close();
  ffmpeg?.remove();
  await corpus?.remove();
});

const addressesIn = (playlist: string) => playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const uriIn = (playlist: string) => /URI="([^"]+)"/.exec(playlist)?.[1] ?? '';

/** The playlist of a track and the addresses of its segments, the initialisation segment first. */
async function trackAt(address: string) {
  const { status, body, headers } = await anonymous.get(address);
  const at = new URL(address, stack.url);
  const segments = [uriIn(body), ...addressesIn(body)].map((name) => new URL(name, at).pathname);
  return { status, text: String(body), headers, segments };
}

interface Played {
  readonly streams: readonly {
    readonly codec_type: string;
    readonly width?: number;
    readonly height?: number;
    readonly nb_read_frames: string;
  }[];
  readonly problems: readonly string[];
  readonly durationSeconds: number;
}

/** Plays a master playlist to its end, over HTTP and without an account. */
async function play(url: string): Promise<Played> {
  const entries = 'stream=codec_type,width,height,nb_read_frames:format=duration:stream_side_data';
  const args = ['-v', 'warning', '-count_frames', '-show_entries', entries, '-of', 'json', url];
  const { stdout, stderrTail } = expectSuccess(await runTool({ command: mediaTools.ffprobePath, args, wallClockMs: 60_000 }));
  const { streams, format } = JSON.parse(stdout.toString()) as Played & { format: { duration: string } };
  return { streams, problems: stderrTail, durationSeconds: Number(format.duration) };
}

const addressOf = (link: string) => new URL(link, stack.url).href;
const picturesIn = (played: Played) => played.streams.filter(({ codec_type }) => codec_type === 'video');
const renditionsOf = (videoId: string) => `/v1/videos/${videoId}/renditions`;
const masterOf = (videoId: string) => `/v1/videos/${videoId}/hls/master.m3u8`;

describe('a rendition of a portrait video', () => {
  let videoId: string;
  let rendition: string;
  let link: string;

  it('is encoded once it is asked for, upright and no larger than the video', async () => {
    videoId = await uploadVideo(ana, clip);
    expect(await ana.get(masterOf(videoId))).toMatchObject({ status: 409, body: { code: 'rendition-not-ready' } });
    const made = await ana.post(`${renditionsOf(videoId)}?wait=60`, { preset: 'web-240p', tags: ['site'] });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      kind: 'video-rendition',
      state: 'ready',
      widthPx: 180,
      heightPx: 320,
      frameRate: 25,
      tags: ['site'],
    });
    expect(made.body).toMatchObject({ segmentCount: 3, durationSeconds: 12, codecs: expect.stringMatching(/^avc1\.\w{6},mp4a\.40\.2$/) });
    rendition = made.headers.get('location')!;
    expect(rendition).toBe(`${renditionsOf(videoId)}/${made.body.id}`);
    expect(made.body.links).toMatchObject({ self: rendition, hls: masterOf(videoId) });
    const again = await ana.post(renditionsOf(videoId), { preset: 'web-240p' });
    expect(again.body.id).toBe(made.body.id);
    expect((await ana.get(`${renditionsOf(videoId)}?preset=web-240p&state=ready`)).body.items).toEqual([made.body]);
  });

  it('is played from the master playlist on without an account, whole and without a gap', async () => {
    const master = await ana.get(masterOf(videoId));
    expect(master.headers.get('content-type')).toMatch(/^application\/vnd\.apple\.mpegurl/);
    expect(master.body).toMatch(/RESOLUTION=180x320,FRAME-RATE=25\.000,AUDIO="audio"/);
    const picture = await trackAt(addressesIn(master.body)[0]!);
    const sound = await trackAt(uriIn(master.body));
    expect([picture.text.match(/EXTINF/g)?.length, picture.text.includes('#EXT-X-ENDLIST'), picture.segments.length]).toEqual([3, true, 4]);
    for (const [track, type] of [
      [picture, 'video/mp4'],
      [sound, 'audio/mp4'],
    ] as const) {
      expect(track.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      for (const segment of track.segments) {
        const { status, headers } = await anonymous.raw(segment, { method: 'HEAD' });
        expect([status, headers.get('content-type'), headers.get('cross-origin-resource-policy')]).toEqual([200, type, 'cross-origin']);
        expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      }
    }
    const part = await anonymous.raw(picture.segments[1]!, { headers: { range: 'bytes=4-7' } });
    expect([part.status, await part.text()]).toEqual([206, 'sidx']);
    link = (await ana.post(`/v1/videos/${videoId}/hls/links`, { expiresInSeconds: 600 })).body.url;
    const played = await play(addressOf(link));
    expect(picturesIn(played)).toMatchObject([{ width: 180, height: 320, nb_read_frames: '300' }]);
    expect(JSON.stringify(played.streams)).not.toMatch(/rotation|displaymatrix/i);
    expect([played.streams.length, played.problems]).toEqual([2, []]);
    expect(played.durationSeconds).toBeCloseTo(12, 1);
  });

  it('is played from the DASH manifest, too', async () => {
    const manifest = await ana.get(`/v1/videos/${videoId}/dash/manifest.mpd`);
    expect([manifest.status, manifest.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^application\/dash\+xml/)]);
    const { url } = (await ana.post(`/v1/videos/${videoId}/dash/links`, {})).body;
    const played = await play(addressOf(url));
    expect(picturesIn(played)).toMatchObject([{ width: 180, height: 320, nb_read_frames: '300' }]);
    expect([played.streams.length, played.problems]).toEqual([2, []]);
    expect(played.durationSeconds).toBeCloseTo(12, 1);
  });

  it('is played with captions', async () => {
    const srt = '1\n00:00:01,000 --> 00:00:02,000\n¿Qué <b>tal</b>?\n';
    const spanish = await sendCaption(
      ana,
      videoId,
      Buffer.from(srt, 'latin1'),
      'language=es&isDefault=true&title=Español',
      'application/x-subrip',
    );
    expect(spanish).toMatchObject({
      status: 201,
      body: { language: 'es', cueCount: 1, warnings: ['encoding-guessed'], links: { video: `/v1/videos/${videoId}` } },
    });
    expect(spanish.headers.get('location')).toBe(spanish.body.links.self);
    const english = await sendCaption(ana, videoId, 'WEBVTT\n\n00:01.000 --> 00:02.000\nHow are you?\n', 'language=en&role=captions');
    expect((await ana.get(`/v1/videos/${videoId}/captions?role=captions`)).body.items).toEqual([english.body]);
    const file = await ana.raw(`${spanish.body.links.file}?format=srt`);
    expect([file.headers.get('content-type'), await file.text()]).toEqual([
      'application/x-subrip; charset=utf-8',
      srt.replaceAll('\n', '\r\n'),
    ]);

    const master = (await ana.get(masterOf(videoId))).body as string;
    expect(master).toMatch(/SUBTITLES,GROUP-ID="captions",NAME="Español",LANGUAGE="es",DEFAULT=YES/);
    const playlist = /SUBTITLES,.*LANGUAGE="en".*URI="([^"]+)"/.exec(master)![1]!;
    const { text, headers } = await trackAt(playlist);
    expect([text, headers.get('cross-origin-resource-policy')]).toEqual([
      expect.stringMatching(/#EXTINF:12\.\d+,\ncaptions\.vtt\n#EXT-X-ENDLIST\n$/),
      'cross-origin',
    ]);
    const segment = await anonymous.raw(new URL('captions.vtt', addressOf(playlist)).pathname);
    expect([segment.headers.get('content-type'), await segment.text()]).toEqual([
      'text/vtt; charset=utf-8',
      'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n00:00:01.000 --> 00:00:02.000\nHow are you?\n',
    ]);
    expect(picturesIn(await play(addressOf(link)))).toMatchObject([{ nb_read_frames: '300' }]); // ffmpeg leaves captions of HLS out
    const manifest = (await ana.get(`/v1/videos/${videoId}/dash/manifest.mpd`)).body as string;
    const address = /lang="es">[\s\S]*?<BaseURL>([^<]+)</.exec(manifest)![1]!;
    expect((await anonymous.get(address)).body).toContain('¿Qué <b>tal</b>?');

    const eva = await Api.register(stack.url);
    for (const path of [spanish.body.links.self, spanish.body.links.file]) expect((await eva.get(path)).status).toBe(404);
    expect(await sendCaption(ana, videoId, 'no captions', 'language=en')).toMatchObject({ status: 422, body: { code: 'caption-invalid' } });
    expect(await sendCaption(ana, videoId, 'WEBVTT', 'language=not+a+language')).toMatchObject({ status: 400 });
    expect(await sendCaption(ana, videoId, new Uint8Array(1_048_577), 'language=en')).toMatchObject({ status: 413 });
    expect((await ana.delete(english.body.links.self)).status).toBe(204);
    expect((await anonymous.get(playlist)).status).toBe(404);
  });

  it('has addresses that stay the same, and cannot be forged or used for more than they are for', async () => {
    const masters = [(await ana.get(masterOf(videoId))).body, (await anonymous.get(link)).body];
    expect(masters[1]).toBe(masters[0]);
    const address = addressesIn(masters[0])[0]!;
    const token = address.split('/')[3]!;
    const forged = token.replace(/^.{4}/, 'AAAA');
    for (const path of [`/v1/links/${token}/hls/master.m3u8`, address.replace(token, forged), link.replace(/links\/..../, 'links/AAAA')])
      expect([path, await anonymous.get(path)]).toMatchObject([path, { status: 403, body: { code: 'link-invalid' } }]);
    for (const path of ['/3.m4s', '/99.m4s'])
      expect(await anonymous.get(address.replace('/playlist.m3u8', `/segments${path}`))).toMatchObject({ status: 404 });
    expect(await anonymous.get(address.replace('/playlist.m3u8', '/segments/..%2Finit.mp4'))).toMatchObject({ status: 400 });
  });

  it('that would enlarge the video is refused with those that are possible', async () => {
    expect(await ana.post(renditionsOf(videoId), { preset: 'web-1080p' })).toMatchObject({
      status: 422,
      body: { code: 'rendition-not-possible', detail: expect.stringContaining('Possible: web-240p, audio-only.') },
    });
    expect(await ana.post(renditionsOf(videoId), { preset: 'web-4k' })).toMatchObject({ status: 400 });
  });

  it('has presets that say what they make of it, and how', async () => {
    const { status, body } = await ana.get(`/v1/videos/presets?videoId=${videoId}`);
    expect([status, body.items.map(({ preset }: { preset: string }) => preset)]).toEqual([
      200,
      ['web-240p@1', 'audio-only@1', 'social-vertical@1'],
    ]);
    expect(body.items[0]).toMatchObject({ widthPx: 180, heightPx: 320, command: expect.stringContaining(' -i file:/INPUT ') });
    const [all, others] = [
      await ana.get('/v1/videos/presets'),
      await (await Api.register(stack.url)).get(`/v1/videos/presets?videoId=${videoId}`),
    ];
    expect([all.body.items.length > 7, others.status]).toEqual([true, 404]);
  });

  it('is not there for another account, whatever it asks', async () => {
    const eva = await Api.register(stack.url);
    const answers = [
      await eva.get(renditionsOf(videoId)),
      await eva.post(renditionsOf(videoId), { preset: 'web-240p' }),
      await eva.get(rendition),
      await eva.delete(rendition),
      await eva.get(masterOf(videoId)),
      await eva.post(`/v1/videos/${videoId}/hls/links`, {}),
      await eva.get(`/v1/videos/${videoId}/dash/manifest.mpd`),
      await eva.post(`/v1/videos/${videoId}/dash/links`, {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect((await anonymous.get(rendition)).status).toBe(401);
  });

  it('ends for everybody when it is deleted', async () => {
    const address = addressesIn((await anonymous.get(link)).body)[0]!;
    const { segments } = await trackAt(address);
    expect((await ana.delete(rendition)).status).toBe(204);
    for (const path of [address, ...segments]) expect((await anonymous.get(path)).status).toBe(404);
    expect([(await ana.get(rendition)).status, (await ana.delete(rendition)).status]).toEqual([404, 404]);
    const held = await query(
      stack.processes.environment.DATABASE_URL,
      `SELECT 1 FROM blobs.reference WHERE holder LIKE 'video.encoding:%'`,
    );
    expect(held).toEqual([]);
  });
});

describe('while a video is encoded', () => {
  it('what is there plays, a killed service encodes none of it again, and deletion of the video takes all of it', async () => {
    const videoId = await uploadVideo(ana, clip);
    ffmpeg.slow();
    const { body } = await ana.post(renditionsOf(videoId), { preset: 'web-240p' });
    const countOf = async () => (await ana.get(body.links.self)).body.segmentCount as number;
    const plays = async () => (await countOf()) > 0 && (await ana.get(masterOf(videoId))).status === 200;
    expect(await until(plays, 60_000)).toBe(true);
    const early = await trackAt(addressesIn((await ana.get(masterOf(videoId))).body)[0]!);
    expect(early.text).toContain('#EXT-X-PLAYLIST-TYPE:EVENT');
    expect(early.text).not.toContain('#EXT-X-ENDLIST');
    const first = await anonymous.raw(early.segments[1]!);
    expect(first.status).toBe(200);

    const { environment, services } = stack.processes;
    const stored = () =>
      query<{ index: number; sha256: string }>(
        environment.DATABASE_URL,
        `SELECT s.index, s.sha256 FROM video.segment s JOIN video.encoding e ON e.id = s.encoding_id WHERE e.preset = 'web-240p' ORDER BY 1`,
      );
    await services.video!.kill();
    const before = await stored();
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(3);
    ffmpeg.fast();
    await services.video!.restart();
    expect(await until(async () => (await ana.get(body.links.self)).body.state === 'ready', 60_000)).toBe(true);
    const after = await stored();
    expect([after.length, after.slice(0, before.length)]).toEqual([3, before]);
    expect(await metric(services.video!.url, 'video_rendition_segments_total', { preset: 'web-240p' })).toBe(3 - before.length);
    const { url } = (await ana.post(`/v1/videos/${videoId}/hls/links`, {})).body;
    const played = await play(addressOf(url));
    expect(picturesIn(played)).toMatchObject([{ nb_read_frames: '300' }]);
    expect(played.problems).toEqual([]);

    expect((await ana.delete(`/v1/videos/${videoId}`)).status).toBe(204);
    expect((await anonymous.get(url)).status).toBe(404);
    expect(await query(environment.DATABASE_URL, 'SELECT 1 FROM video.rendition UNION ALL SELECT 1 FROM video.encoding')).toEqual([]);
    expect(await query(environment.DATABASE_URL, `SELECT 1 FROM blobs.reference WHERE holder LIKE 'video.encoding:%'`)).toEqual([]);
  }, 180_000);
});
