import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request as openRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeWav, until } from '#testing';
import { type Answer, Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { collectEvents } from './support/event-reader.ts';
import { metric, openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let ana: Api;
const bytes = clicks(124, 20);
const sha256 = createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio', 'health']);
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(() => stack?.close());

describe('a first track', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a response body, checked below
  let accepted: any;

  it('is accepted with 202, a job and links', async () => {
    const { status, headers, body } = await ana.upload(bytes, { name: 'first.wav' });
    accepted = body;
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/jobs/${body.job.id}`);
    expect(body).toMatchObject({
      kind: 'track',
      fileName: 'first.wav',
      sizeBytes: bytes.length,
      sha256,
      sampleRateHz: 22_050,
      channels: 1,
    });
    expect(body.links).toMatchObject({ self: `/v1/tracks/${body.id}`, job: `/v1/jobs/${body.job.id}` });
  });

  it('reports its progress as events until the job has succeeded', async () => {
    const response = await ana.raw(`${accepted.links.job}/events`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const events = await collectEvents(response);
    expect(events.at(-1)).toMatchObject({ event: 'job.succeeded', data: { id: accepted.job.id, state: 'succeeded', percent: 100 } });
    const ids = events.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  it('has one shape, with its keys in one order, wherever it is answered', async () => {
    const made = await ana.upload(bytes, { name: 'again.wav', wait: 30 });
    const [read, list] = [await ana.get(accepted.links.self), await ana.get('/v1/tracks?limit=1')];
    expect([made.status, Object.keys(made.body), Object.keys(read.body)]).toEqual([201, Object.keys(accepted), Object.keys(accepted)]);
    const summary = Object.keys(list.body.items[0]);
    expect(summary).toEqual(Object.keys(accepted).filter((key) => summary.includes(key)));
    expect(Object.keys(accepted).filter((key) => !summary.includes(key))).toEqual(['fileTags', 'corrections', 'analysis']);
    expect((await ana.delete(made.body.links.self)).status).toBe(204);
  });

  it('moves its percent through an analysis of minutes', async () => {
    const bea = await Api.register(stack.url);
    const { body } = await bea.upload(clicks(118, 120), { name: 'long.wav' });
    const events = await collectEvents(await bea.raw(`${body.links.job}/events`));
    const percents = events.map(({ data }) => (data as { percent: number }).percent);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    // how many depends on the speed of the machine; recording-analyzer.spec.ts tells that each step is reported
    expect(new Set(percents.filter((percent) => percent > 0 && percent < 100)).size).toBeGreaterThanOrEqual(2);
  });

  it('replays the missed events to a listener that reconnects', async () => {
    const all = await collectEvents(await ana.raw(`${accepted.links.job}/events`));
    const late = await ana.raw(`${accepted.links.job}/events`, { headers: { 'last-event-id': String(all.at(-2)?.id ?? 0) } });
    expect((await collectEvents(late)).map(({ id }) => id)).toEqual([all.at(-1)?.id]);
  });

  it('has an analysis with tempo, key, loudness and cues', async () => {
    const { status, body } = await ana.get(accepted.links.analysis);
    expect(status).toBe(200);
    expect(Math.abs(body.bpm / 124 - 1)).toBeLessThan(0.01);
    expect(body).toMatchObject({ durationSeconds: expect.closeTo(20, 1), sampleRateHz: 22_050, channels: 1 });
    expect(body.loudnessLufs).toBeLessThan(0);
    const track = await ana.get(accepted.links.self);
    expect(track.body).toMatchObject({ state: 'ready', analysis: body, links: accepted.links });
  });

  it('keeps what its owner corrects beside the analysis', async () => {
    const path = `${accepted.links.self}/corrections`;
    const put = (body: object, headers: Record<string, string> = { 'if-match': '*' }) =>
      ana.send(path, { method: 'PUT', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
    const { body } = await put({ bpm: 62, key: 'A', mode: 'minor' });
    expect(body).toMatchObject({
      bpm: 62,
      camelot: '8A',
      corrections: { bpm: 62, beatGrid: null },
      analysis: { bpm: expect.closeTo(124, 0) },
    });
    const { items } = (await ana.get('/v1/tracks?sort=bpm&bpmMax=63&harmonicWith=8B')).body;
    expect(items).toMatchObject([{ id: accepted.id, bpm: 62, key: 'A' }]);
    const wrong = [{ bpmMin: 130, bpmMax: 120 }, { key: 'A' }, { beatGrid: [] }, { bpm: 5 }];
    for (const each of wrong) expect(await put(each)).toMatchObject({ status: 400, body: { type: '/problems/request-invalid' } });
    expect(await put({}, {})).toMatchObject({ status: 428 });
    expect((await put({ bpmMin: 50, bpmMax: 70 })).body.bpm).toBeCloseTo(62, 0);
    expect((await put({})).body).toMatchObject({ bpm: expect.closeTo(124, 0), corrections: null });
  });

  it('has its cues and beat grid as JSON, CSV and for DJ programs', async () => {
    const { cuesJson, cuesCsv, cuesXml } = accepted.links;
    const { body } = await ana.get(cuesJson);
    expect(body).toMatchObject({ trackId: accepted.id, bpm: expect.closeTo(124, 0), isCorrected: false });
    expect(body.beatGrid).toMatchObject([{ bpm: expect.closeTo(124, 0), beat: 1 }]);
    const [csv, xml] = [await ana.get(cuesCsv), await ana.get(cuesXml)];
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.body).toMatch(/^track,kind,timeSeconds,.*\r\nfirst,beat,0\.\d{3},,12[34]\.\d\d,1,\r\n/);
    expect(xml.headers.get('content-disposition')).toBe('attachment; filename="first.xml"');
    expect(xml.body).toMatch(/<TEMPO Inizio="0\.\d{3}" Bpm="12[34]\.\d\d" Metro="4\/4" Battito="1"\/>/);
  });

  it('finds its owner’s copies and similar tracks, and nobody else’s', async () => {
    const same = await ana.analyse(bytes, { name: 'again.wav' });
    const stranger = await Api.register(stack.url);
    await stranger.analyse(bytes, { name: 'theirs.wav' });
    const { copies, similar } = accepted.links;
    expect((await ana.get(copies)).body).toMatchObject({
      items: [{ trackId: same.id, isSameFile: true, similarity: 1, offsetSeconds: 0, loudnessDifferenceLu: 0 }],
      nextCursor: null,
    });
    const { items } = (await ana.get(similar)).body;
    expect(items).toMatchObject([{ trackId: same.id, similarity: 1, distances: { tempo: 0, loudness: 0, timbre: 0 } }]);
    expect(await ana.get(`${copies}?limit=51`)).toMatchObject({ status: 400 });
    await ana.delete(same.links.self);
  });

  it('has a waveform as JSON, SVG and PNG, each with an ETag', async () => {
    const json = await ana.get(`${accepted.links.waveformJson}?widthPx=200`);
    expect(json.body).toMatchObject({ version: 2, bits: 8, channels: 1 });
    expect(json.body.data).toHaveLength(json.body.length * 2);
    const svg = await ana.get(`${accepted.links.waveformSvg}?widthPx=300&foreground=%23ff0000`);
    expect(svg.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(svg.body).toMatch(/^<(\?xml|svg)/);
    const png = await ana.raw(`${accepted.links.waveformPng}?widthPx=300&heightPx=100`);
    const picture = Buffer.from(await png.arrayBuffer());
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([300, 100]);
    for (const { headers } of [json, svg, png]) {
      expect(headers.get('etag')).toMatch(/^"[^"]+"$/);
      expect(headers.get('cache-control')).toMatch(/^private/);
    }
    const again = await ana.get(`${accepted.links.waveformPng}?widthPx=300&heightPx=100`, {
      'if-none-match': png.headers.get('etag') ?? '',
    });
    expect(again).toMatchObject({ status: 304, body: '' });
  });

  it('has a spectrogram, drawn once, that a link shows to others, and no cover', async () => {
    const { spectrogram, spectrogramLinks, cover } = accepted.links;
    const answers = await Promise.all([1, 2].map(() => ana.raw(`${spectrogram}?widthPx=200&heightPx=100`)));
    const [first, second] = await Promise.all(answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())));
    expect([first?.readUInt32BE(16), first?.readUInt32BE(20), first?.equals(second!)]).toEqual([200, 100, true]);
    const part = await ana.raw(`${spectrogram}?widthPx=200&heightPx=100`, { headers: { range: 'bytes=1-3' } });
    expect([part.status, await part.text()]).toEqual([206, 'PNG']);
    const { url } = (await ana.post(spectrogramLinks, {})).body;
    const linked = await new Api(stack.url).raw(`${url}?widthPx=200&heightPx=100`);
    expect(Buffer.from(await linked.arrayBuffer()).equals(first!)).toBe(true);
    expect(linked.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(await ana.get(`${spectrogram}?widthPx=2001`)).toMatchObject({ status: 400 });
    expect(await ana.get(cover)).toMatchObject({ status: 404, body: { type: '/problems/cover-not-found' } });
  });

  it('rejects invalid waveform parameters with a problem document that names each field', async () => {
    const { status, headers, body } = await ana.get(`${accepted.links.waveformSvg}?widthPx=5&foreground=red&extra=1`);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual(['/extra', '/foreground', '/widthPx']);
  });
});

describe('the file of a track', () => {
  let path: string;
  beforeAll(async () => {
    path = (await ana.analyse(bytes, { name: 'Ráfaga 🎧.wav' })).links.file;
  });

  it('is served unchanged, as an attachment with its name', async () => {
    const response = await ana.raw(path);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: `"${sha256}"`,
      'accept-ranges': 'bytes',
      'content-length': String(bytes.length),
      'content-disposition': `attachment; filename="R_faga _.wav"; filename*=UTF-8''R%C3%A1faga%20%F0%9F%8E%A7.wav`,
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=-7', bytes.length - 7, bytes.length],
    [`bytes=${bytes.length - 3}-`, bytes.length - 3, bytes.length],
  ])('is served by range: %s', async (range, from, to) => {
    const response = await ana.raw(path, { headers: { range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${bytes.length}`);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(from, to))).toBe(true);
  });

  it.each([
    ['several ranges', { range: 'bytes=0-1,3-4' }],
    ['a range of another version', { range: 'bytes=0-1', 'if-range': '"other"' }],
  ])('is served whole for %s', async (_what, headers) => {
    const response = await ana.raw(path, { headers });
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBe(bytes.length);
  });

  it('answers 416 for a range after its end', async () => {
    const { status, headers, body } = await ana.get(path, { range: `bytes=${bytes.length}-` });
    expect({ status, code: body.code }).toEqual({ status: 416, code: 'range-not-satisfiable' });
    expect(headers.get('content-range')).toBe(`bytes */${bytes.length}`);
  });

  it('is not sent for a matching ETag or for HEAD', async () => {
    expect(await ana.get(path, { 'if-none-match': `"${sha256}"` })).toMatchObject({ status: 304, body: '' });
    expect((await ana.get(path, { 'if-match': '"other"' })).status).toBe(412);
    const head = await ana.raw(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), (await head.arrayBuffer()).byteLength]).toEqual([
      200,
      String(bytes.length),
      0,
    ]);
  });
});

describe('a download whose client disconnects', () => {
  it('closes its file', async () => {
    const tenMegabytes = encodeWav([new Float32Array(5_000_000)], 22_050); // more than all buffers of the connection
    const { body } = await ana.upload(tenMegabytes);
    const openFiles = () => metric(stack.url, 'process_open_fds');
    const before = await openFiles();
    if (before === 0) return; // available on Linux only
    const downloads = await Promise.all(Array.from({ length: 20 }, () => startDownload(body.links.file)));
    expect(await openFiles()).toBeGreaterThan(before + 30); // a socket and a file each, with a margin
    for (const download of downloads) download.destroy();
    expect(await until(async () => (await openFiles()) < before + 10, 20_000)).toBe(true);
  });
});

/** Starts a download and reads only its headers. */
async function startDownload(path: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${ana.token}` };
  const [response] = await once(openRequest(new URL(path, stack.url), { headers, agent: false }).end(), 'response');
  return response;
}

describe('the same bytes again', () => {
  it('are answered from the cache: 201 at once, without ffmpeg, counted by the metric', async () => {
    const audioUrl = stack.processes.services.audio?.url ?? '';
    const before = { ffmpeg: stack.ffmpeg.calls(), hits: await metric(audioUrl, 'audio_cache_hits_total') };
    const { status, body } = await ana.upload(bytes, { name: 'again.wav', wait: 0 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: 'ready', fileName: 'again.wav', analysis: { durationSeconds: expect.closeTo(20, 1) } });
    expect(stack.ffmpeg.calls()).toBe(before.ffmpeg);
    expect(await metric(audioUrl, 'audio_cache_hits_total')).toBeGreaterThan(before.hits);
  });

  it('return a succeeded job without waiting, also for another user', async () => {
    const bea = await Api.register(stack.url);
    const calls = stack.ffmpeg.calls();
    const { status, body } = await bea.upload(bytes);
    expect(status).toBe(202);
    expect(body.job.state).toBe('succeeded');
    expect(stack.ffmpeg.calls()).toBe(calls);
  });
});

describe('waiting', () => {
  it('is over once the picture can be linked to: the link works without a token, and only as signed', async () => {
    const { body } = await ana.upload(clicks(120, 4, 31), { wait: 30 });
    const { url } = (await ana.post(body.links.waveformLinks, {})).body;
    const picture = await fetch(new URL(url, stack.url));
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
    const asFile = url.replace('/waveform', '/file');
    expect((await fetch(new URL(asFile, stack.url))).status).toBe(403);
  });

  it('returns 201 with the track when the analysis ends in time, by query or Prefer header', async () => {
    const byQuery = await ana.upload(clicks(90, 6, 2), { wait: 30 });
    expect(byQuery).toMatchObject({ status: 201, body: { state: 'ready' } });
    expect(byQuery.headers.get('location')).toBe(byQuery.body.links.self);
    const byHeader = await ana.upload(clicks(90, 6, 3), { headers: { prefer: 'wait=30' } });
    expect(byHeader.status).toBe(201);
    expect(byHeader.headers.get('preference-applied')).toBe('wait=30');
  });

  it('returns 202 when the time is over first', async () => {
    stack.ffmpeg.hold();
    try {
      const { status, body } = await ana.upload(clicks(90, 6, 4), { wait: 1 });
      expect(status).toBe(202);
      expect(['queued', 'running']).toContain(body.job.state);
    } finally {
      stack.ffmpeg.release();
    }
  });

  it.each(['-1', '61', 'soon'])('rejects a wait of %s seconds', async (wait) => {
    const { status, body } = await ana.send(`/v1/tracks?wait=${wait}`, { method: 'POST', body: new FormData() });
    expect({ status, pointer: body.errors?.[0]?.pointer }).toEqual({ status: 400, pointer: '/wait' });
  });
});

describe('lists', () => {
  it('are paginated from newest to oldest', async () => {
    const carla = await Api.register(stack.url);
    const names = ['one.wav', 'two.wav', 'three.wav'];
    for (const name of names) await carla.upload(bytes, { name });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await carla.get(`/v1/tracks?limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
      seen.push(...body.items.map((track: { fileName: string }) => track.fileName));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual([...names].reverse());
    const jobs = await carla.get('/v1/jobs?state=succeeded');
    expect(jobs.body.items).toHaveLength(3);
    expect((await carla.get('/v1/jobs?state=failed')).body.items).toEqual([]);
    expect((await carla.get('/v1/tracks?cursor=bm9wZQ')).body.errors[0].pointer).toBe('/cursor');
  });
});

describe('another user', () => {
  it('gets 404 for every URL of a track and its job', async () => {
    const { id, job, links } = (await ana.upload(bytes)).body;
    const otherUser = await Api.register(stack.url);
    const paths = [...Object.values<string>(links), `/v1/jobs/${job.id}/events`];
    const toPost = paths.filter((path) => path.endsWith('/links')); // made on request, nothing to read there
    for (const path of paths.filter((each) => !toPost.includes(each)))
      expect([path, (await otherUser.get(path)).status]).toEqual([path, 404]);
    for (const path of toPost) expect([path, (await otherUser.post(path, {})).status]).toEqual([path, 404]);
    expect((await otherUser.delete(links.self)).status).toBe(404);
    expect((await otherUser.delete(links.job)).status).toBe(404);
    expect((await otherUser.get('/v1/tracks')).body.items).toEqual([]);
    expect((await ana.get(`/v1/tracks/${id}`)).status).toBe(200);
  });
});

describe('a job', () => {
  it('can be cancelled once while it runs', async () => {
    stack.ffmpeg.hold();
    const { body } = await ana.upload(clicks(70, 8, 5));
    const cancelled = await ana.delete(body.links.job);
    stack.ffmpeg.release();
    expect(cancelled.status).toBe(202);
    const events = await collectEvents(await ana.raw(`${body.links.job}/events`));
    expect(events.at(-1)?.event).toBe('job.cancelled');
    expect(await ana.delete(body.links.job)).toMatchObject({ status: 409, body: { code: 'job-finished' } });
  });
});

describe('a deleted track', () => {
  it('is removed with all its resources', async () => {
    const { links } = await ana.analyse(clicks(100, 5, 6));
    expect(await ana.delete(links.self)).toMatchObject({ status: 204, body: '' });
    for (const path of [links.self, links.analysis, links.file, links.waveformSvg]) expect((await ana.get(path)).status).toBe(404);
    expect((await ana.delete(links.self)).status).toBe(404);
  });
});

describe('the status', () => {
  const audioIn = ({ body }: Answer) => body.services.find(({ service }: { service: string }) => service === 'audio');

  it('is public and shows the grade of every service without internals', async () => {
    const status = () => new Api(stack.url).get('/v1/status');
    expect(await until(async () => audioIn(await status()).grade === 'healthy', 20_000)).toBe(true); // late answers are not included
    const { body } = await status();
    expect([Object.keys(body).sort(), audioIn({ body } as Answer)]).toEqual([
      ['checkedAt', 'grade', 'score', 'services'],
      { service: 'audio', grade: 'healthy' },
    ]);
  });

  it('lists every replica for operators only', async () => {
    const operator = await Api.registerOperator(stack.url, stack.processes.environment.DATABASE_URL);
    const status = () => operator.get('/v1/operators/status');
    expect(await until(async () => audioIn(await status()).copies[0]?.ready === true, 20_000)).toBe(true);
    expect(await ana.get('/v1/operators/status')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });
});
