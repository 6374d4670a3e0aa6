import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request as openRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeWav, until } from '#testing';
import { type Answer, Api } from './support/api.ts';
import { collectEvents } from './support/event-reader.ts';
import { type House, metric, openHouse } from './support/house.ts';
import { clicks } from './support/sounds.ts';

let house: House;
let ana: Api;
const bytes = clicks(124, 20);
const sha256 = createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  house = await openHouse(['gateway', 'audio', 'health'], { GATEWAY_OPERATOR_EMAILS: 'operator@example.org' });
  ana = await Api.register(house.url);
}, 120_000);
afterAll(() => house?.close());

describe('a first track', () => {
  // biome-ignore lint/suspicious/noExplicitAny: what the API said, looked at below
  let accepted: any;

  it('is taken in with 202, a job and links', async () => {
    const { status, headers, body } = await ana.upload(bytes, { name: 'first.wav' });
    accepted = body;
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/jobs/${body.job.id}`);
    expect(body.track).toMatchObject({ fileName: 'first.wav', sizeBytes: bytes.length, sha256, sampleRateHz: 22_050, channels: 1 });
    expect(body.links).toMatchObject({ self: `/v1/tracks/${body.track.id}`, job: `/v1/jobs/${body.job.id}` });
  });

  it('tells its progress as events until the job has succeeded', async () => {
    const response = await ana.raw(`${accepted.links.job}/events`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const events = await collectEvents(response);
    expect(events.at(-1)).toMatchObject({ event: 'job.succeeded', data: { id: accepted.job.id, state: 'succeeded', percent: 100 } });
    const ids = events.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  it('replays to a listener who comes back what it has not heard', async () => {
    const all = await collectEvents(await ana.raw(`${accepted.links.job}/events`));
    const late = await ana.raw(`${accepted.links.job}/events`, { headers: { 'last-event-id': String(all.at(-2)?.id ?? 0) } });
    expect((await collectEvents(late)).map(({ id }) => id)).toEqual([all.at(-1)?.id]);
  });

  it('has its tempo, key, loudness and cues', async () => {
    const { status, body } = await ana.get(accepted.links.analysis);
    expect(status).toBe(200);
    expect(Math.abs(body.bpm / 124 - 1)).toBeLessThan(0.01);
    expect(body).toMatchObject({ durationSeconds: expect.closeTo(20, 1), sampleRateHz: 22_050, channels: 1 });
    expect(body.loudnessLufs).toBeLessThan(0);
    const track = await ana.get(accepted.links.self);
    expect(track.body).toMatchObject({ state: 'ready', analysis: body, links: accepted.links });
  });

  it('has a waveform as numbers, as SVG and as PNG, each with a tag that saves the second answer', async () => {
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

  it('says in a problem document which field of a picture is wrong', async () => {
    const { status, headers, body } = await ana.get(`${accepted.links.waveformSvg}?widthPx=5&foreground=red&extra=1`);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      '/query/extra',
      '/query/foreground',
      '/query/widthPx',
    ]);
  });
});

describe('the file of a track', () => {
  let path: string;
  beforeAll(async () => {
    path = (await ana.analyse(bytes, { name: 'Ráfaga 🎧.wav' })).links.file;
  });

  it('comes back byte for byte, under its name, never to be run by a browser', async () => {
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
  ])('comes in parts: %s', async (range, from, to) => {
    const response = await ana.raw(path, { headers: { range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${bytes.length}`);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(from, to))).toBe(true);
  });

  it.each([
    ['several ranges', { range: 'bytes=0-1,3-4' }],
    ['a part of another version', { range: 'bytes=0-1', 'if-range': '"other"' }],
  ])('comes whole to whoever asks for %s', async (_what, headers) => {
    const response = await ana.raw(path, { headers });
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBe(bytes.length);
  });

  it('has nothing beyond its end', async () => {
    const { status, headers, body } = await ana.get(path, { range: `bytes=${bytes.length}-` });
    expect({ status, code: body.code }).toEqual({ status: 416, code: 'range-not-satisfiable' });
    expect(headers.get('content-range')).toBe(`bytes */${bytes.length}`);
  });

  it('is not sent again to whoever has it, nor to HEAD', async () => {
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

describe('a download whose client goes away', () => {
  it('closes its file', async () => {
    const tenMegabytes = encodeWav([new Float32Array(5_000_000)], 22_050); // more than all the buffers on the way
    const { body } = await ana.upload(tenMegabytes);
    const openFiles = () => metric(house.url, 'process_open_fds');
    const before = await openFiles();
    if (before === 0) return; // only Linux counts them
    const downloads = await Promise.all(Array.from({ length: 20 }, () => begin(body.links.file)));
    expect(await openFiles()).toBeGreaterThan(before + 30); // a socket and a file each; others come and go
    for (const download of downloads) download.destroy();
    expect(await until(async () => (await openFiles()) < before + 10, 20_000)).toBe(true);
  });
});

/** A download of which nothing more than the headers is read. */
async function begin(path: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${ana.token}` };
  const [response] = await once(openRequest(new URL(path, house.url), { headers, agent: false }).end(), 'response');
  return response;
}

describe('the same bytes again', () => {
  it('are answered from the cache: 201 at once, no ffmpeg, and the metric moves', async () => {
    const audioUrl = house.stack.services.audio?.url ?? '';
    const before = { ffmpeg: house.ffmpeg.calls(), hits: await metric(audioUrl, 'audio_cache_hits_total') };
    const { status, body } = await ana.upload(bytes, { name: 'again.wav', wait: 0 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: 'ready', fileName: 'again.wav', analysis: { durationSeconds: expect.closeTo(20, 1) } });
    expect(house.ffmpeg.calls()).toBe(before.ffmpeg);
    expect(await metric(audioUrl, 'audio_cache_hits_total')).toBeGreaterThan(before.hits);
  });

  it('come with a job that has already succeeded for whoever does not wait, also from somebody else', async () => {
    const bea = await Api.register(house.url);
    const calls = house.ffmpeg.calls();
    const { status, body } = await bea.upload(bytes);
    expect(status).toBe(202);
    expect(body.job.state).toBe('succeeded');
    expect(house.ffmpeg.calls()).toBe(calls);
  });
});

describe('waiting', () => {
  it('comes with a picture that opens without a token, and only as it was signed', async () => {
    const { body } = await ana.upload(clicks(120, 4, 31), { wait: 30 });
    const picture = await fetch(new URL(body.waveformUrl, house.url));
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
    const asFile = body.waveformUrl.replace('/v1/waveforms/', '/v1/files/');
    expect((await fetch(new URL(asFile, house.url))).status).toBe(403);
  });

  it('gives 201 and the track when the analysis is there in time, by query or by Prefer', async () => {
    const byQuery = await ana.upload(clicks(90, 6, 2), { wait: 30 });
    expect(byQuery).toMatchObject({ status: 201, body: { state: 'ready' } });
    expect(byQuery.headers.get('location')).toBe(byQuery.body.links.self);
    const byHeader = await ana.upload(clicks(90, 6, 3), { headers: { prefer: 'wait=30' } });
    expect(byHeader.status).toBe(201);
    expect(byHeader.headers.get('preference-applied')).toBe('wait=30');
  });

  it('gives 202 when the time runs out first', async () => {
    house.ffmpeg.hold();
    try {
      const { status, body } = await ana.upload(clicks(90, 6, 4), { wait: 1 });
      expect(status).toBe(202);
      expect(['queued', 'running']).toContain(body.job.state);
    } finally {
      house.ffmpeg.release();
    }
  });

  it.each(['-1', '61', 'soon'])('refuses to wait %s seconds', async (wait) => {
    const { status, body } = await ana.send(`/v1/tracks?wait=${wait}`, { method: 'POST', body: new FormData() });
    expect({ status, pointer: body.errors?.[0]?.pointer }).toEqual({ status: 400, pointer: '/query/wait' });
  });
});

describe('lists', () => {
  it('go page by page from new to old and end', async () => {
    const carla = await Api.register(house.url);
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
    expect((await carla.get('/v1/tracks?cursor=bm9wZQ')).body.errors[0].pointer).toBe('/query/cursor');
  });
});

describe('somebody else', () => {
  it('sees nothing of a track or its job, whatever the address', async () => {
    const { track, job, links } = (await ana.upload(bytes)).body;
    const stranger = await Api.register(house.url);
    const paths = [...Object.values<string>(links), `/v1/jobs/${job.id}/events`];
    for (const path of paths) expect([path, (await stranger.get(path)).status]).toEqual([path, 404]);
    expect((await stranger.delete(links.self)).status).toBe(404);
    expect((await stranger.delete(links.job)).status).toBe(404);
    expect((await stranger.get('/v1/tracks')).body.items).toEqual([]);
    expect((await ana.get(`/v1/tracks/${track.id}`)).status).toBe(200);
  });
});

describe('a job', () => {
  it('can be cancelled while it runs, and not again', async () => {
    house.ffmpeg.hold();
    const { body } = await ana.upload(clicks(70, 8, 5));
    const cancelled = await ana.delete(body.links.job);
    house.ffmpeg.release();
    expect(cancelled.status).toBe(202);
    const events = await collectEvents(await ana.raw(`${body.links.job}/events`));
    expect(events.at(-1)?.event).toBe('job.cancelled');
    expect(await ana.delete(body.links.job)).toMatchObject({ status: 409, body: { code: 'job-finished' } });
  });
});

describe('a deleted track', () => {
  it('is gone, and so is all that belongs to it', async () => {
    const { links } = await ana.analyse(clicks(100, 5, 6));
    expect(await ana.delete(links.self)).toMatchObject({ status: 204, body: '' });
    for (const path of [links.self, links.analysis, links.file, links.waveformSvg]) expect((await ana.get(path)).status).toBe(404);
    expect((await ana.delete(links.self)).status).toBe(404);
  });
});

describe('the status', () => {
  const audioIn = ({ body }: Answer) => body.services.find(({ service }: { service: string }) => service === 'audio');

  it('is open to everybody, who hears how every service is and nothing of its inside', async () => {
    const status = () => new Api(house.url).get('/v1/status');
    expect(await until(async () => audioIn(await status()).grade === 'healthy', 20_000)).toBe(true); // who answers late is left out
    const { body } = await status();
    expect([Object.keys(body).sort(), audioIn({ body } as Answer)]).toEqual([
      ['checkedAt', 'grade', 'score', 'services'],
      { service: 'audio', grade: 'healthy' },
    ]);
  });

  it('names every copy to operators, and to nobody else', async () => {
    const operator = await Api.register(house.url, 'operator@example.org');
    const status = () => operator.get('/v1/operators/status');
    expect(await until(async () => audioIn(await status()).copies[0]?.ready === true, 20_000)).toBe(true);
    expect(await ana.get('/v1/operators/status')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });
});
