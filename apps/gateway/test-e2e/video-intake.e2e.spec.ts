/** How videos come in: what is refused, what is taken with a warning, and the ways besides a form. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeVideoCorpus, type Receiver, startReceiver, until, type VideoCorpus } from '#testing';
import { Api } from './support/api.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';
import { append, metadata, newUpload } from './support/tus.ts';
import { sendVideo } from './support/video-files.ts';

let stack: TestStack;
let corpus: VideoCorpus;
let remote: Receiver;
let ana: Api;
let clip: Buffer;

beforeAll(async () => {
  corpus = await makeVideoCorpus();
  clip = await readFile(await corpus.video('one-frame.mp4'));
  remote = await startReceiver((_heard, response) => void response.end(clip));
  stack = await openTestStack(['gateway', 'video'], { OUTBOUND_ALLOW_PRIVATE: remote.host });
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(async () => {
  await stack?.close();
  await remote?.stop();
  await corpus?.remove();
});

describe('what is not a video that we can take', () => {
  const cut = (bytes: Buffer, share: number) => bytes.subarray(0, Math.floor(bytes.length * share));
  const files: Record<string, () => Promise<Buffer>> = {
    'media-empty': async () => Buffer.alloc(0),
    'media-not-video': async () => Buffer.from('Dear diary, this is no video at all.'),
    'media-unsafe': async () => Buffer.from('#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1/a.ts\n'),
    'media-without-picture': async () => readFile(await corpus.video('sound-only.mp4')),
    'media-truncated': async () => cut(await readFile(await corpus.video('index-at-end.mp4')), 0.9),
  };
  let before: readonly string[];
  beforeAll(async () => {
    before = (await stack.leftovers()).blobs;
  });
  it.each(Object.entries(files))('is refused with %s and leaves nothing', async (code, make) => {
    const left = async () => ({ blobs: (await stack.leftovers()).blobs, videos: (await bo.get('/v1/videos')).body.items });
    const bo = await Api.register(stack.url);
    const answer = await sendVideo(bo, await make(), 'clip.mp4');
    expect([answer.status, answer.body.code]).toEqual([422, code]);
    expect(await left()).toEqual({ blobs: before, videos: [] });
  });

  it('fails with the reason where only decoding shows it', async () => {
    const bytes = Buffer.from(await readFile(await corpus.video('without-sound.mp4')));
    const mdat = bytes.indexOf('mdat');
    bytes.fill(0x5a, mdat + 4, mdat + 4 + bytes.readUInt32BE(mdat - 4) - 8);
    const { status, body } = await sendVideo(ana, bytes, 'noise.mp4');
    expect(status).toBe(202);
    expect(await ana.get(`/v1/videos/${body.id}`)).toMatchObject({ status: 200 });
    const waited = await sendVideo(ana, bytes, 'noise.mp4', { wait: 60 });
    expect(waited.body).toMatchObject({ code: 'media-undecodable' });
  });

  it('is taken with a warning where it can be played', async () => {
    const { body } = await sendVideo(ana, cut(await readFile(await corpus.video('plain.mp4')), 0.7), 'cut.avi', { wait: 60 });
    expect(body).toMatchObject({ state: 'ready' });
    expect(body.warnings).toEqual(expect.arrayContaining(['truncated', 'duration-mismatch', 'extension-mismatch']));
  });
});

describe('a video that comes in pieces', () => {
  it('becomes a video with its last piece', async () => {
    const said = metadata({ filename: 'pieces.mp4', kind: 'video', title: 'In pieces' });
    const path = await newUpload(ana, clip.length, { headers: { 'upload-metadata': said } });
    await append(ana, path, 0, clip.subarray(0, 500));
    const last = await append(ana, path, 500, clip.subarray(500));
    const self = last.headers.get('rafaga-resource')!;
    expect(last.status).toBe(204);
    expect(last.headers.get('link')).toContain(`<${self}>; rel="related"`);
    const upload = (await ana.get(path)).body;
    const id = self.split('/').at(-1);
    expect(upload).toMatchObject({
      kind: 'upload',
      resourceKind: 'video',
      state: 'finished',
      resource: { kind: 'video', id, links: { self } },
    });
    expect(upload.links.job).toBe(`/v1/jobs/${upload.job.id}`);
    expect((await ana.get(self)).body).toMatchObject({ title: 'In pieces', fileName: 'pieces.mp4' });
  });

  it('is refused with the reason when it is none', async () => {
    const text = Buffer.from('Dear diary, this is no video at all.');
    const path = await newUpload(ana, text.length, { headers: { 'upload-metadata': metadata({ kind: 'video' }) } });
    expect((await append(ana, path, 0, text)).body).toMatchObject({ code: 'media-not-video' });
    expect((await ana.get(path)).body).toMatchObject({ state: 'refused', problem: { code: 'media-not-video' } });
  });
});

describe('a video that is imported', () => {
  const ended = async (path: string) => {
    await until(async () => ['succeeded', 'failed'].includes((await ana.get(path)).body.state), 30_000);
    return (await ana.get(path)).body;
  };

  it('becomes a video under the name of its address', async () => {
    const { body } = await ana.post('/v1/imports', { url: `http://${remote.host}/holiday.mp4`, kind: 'video', tags: ['beach'] });
    const job = await ended(body.links.job);
    expect(job).toMatchObject({ state: 'succeeded', result: { resource: { kind: 'video' }, jobId: expect.any(String) } });
    const { resource } = (await ana.get(body.links.self)).body;
    expect((await ana.get(resource.links.self)).body).toMatchObject({ fileName: 'holiday.mp4', tags: ['beach'] });
  });

  it('has to be of a kind that is known', async () => {
    const answer = await ana.post('/v1/imports', { url: `http://${remote.host}/a.mp4`, kind: 'poem' });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/kind']);
  });
});
