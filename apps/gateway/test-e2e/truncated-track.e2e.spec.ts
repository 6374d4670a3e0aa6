/** A file that ends before its container says so, on every way in: taken with a warning, or refused where the client is strict. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver, until } from '#testing';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';
import { createUpload, metadata } from './support/tus.ts';

const whole = clicks(120, 6);
const cut = whole.subarray(0, whole.length / 2);

let stack: TestStack;
let elsewhere: Receiver;
let ana: Api;
let eva: Api;

beforeAll(async () => {
  elsewhere = await startReceiver((_request, response) => response.writeHead(200, { 'content-type': 'audio/wav' }).end(cut));
  stack = await openTestStack(['gateway', 'audio'], { OUTBOUND_ALLOW_PRIVATE: elsewhere.host });
  ana = await Api.register(stack.url);
  eva = await Api.register(stack.url);
}, 120_000);
afterAll(async () => {
  await stack?.close();
  await elsewhere?.stop();
});

const tus = (api: Api, said: Record<string, string>) =>
  createUpload(api, cut.length, { body: cut, headers: { 'upload-metadata': metadata({ filename: 'cut.wav', ...said }) } });

/** @returns the import once it has ended */
async function importCut(api: Api, said: object) {
  const { body } = await api.post('/v1/imports', { url: `${elsewhere.url}/cut.wav`, kind: 'track', ...said });
  const read = async () => (await api.get(body.links.self)).body;
  expect(await until(async () => (await read()).state !== 'processing', 30_000)).toBe(true);
  return read();
}

const refusal = { code: 'media-truncated', status: 422, detail: expect.stringMatching(/: \d+ bytes are missing\.$/) };

describe('a truncated track', () => {
  it('is refused where the client is strict, whichever way it comes', async () => {
    expect(await ana.upload(cut, { strict: true })).toMatchObject({ status: 422, body: refusal });
    expect(await tus(ana, { strict: 'true' })).toMatchObject({ status: 422, body: refusal });
    expect(await importCut(ana, { strict: true })).toMatchObject({
      state: 'failed',
      problem: { code: 'media-truncated', detail: refusal.detail },
    });
    expect((await ana.get('/v1/tracks')).body.items).toEqual([]);
  });

  it('has a warning in the track, its analysis and lists, as every track of the same recording, and is still refused afterwards', async () => {
    const track = await ana.analyse(cut);
    expect(track).toMatchObject({ state: 'ready', warnings: ['truncated'], analysis: { warnings: ['truncated'] } });
    expect(track.analysis.durationSeconds).toBeCloseTo(3, 1);
    expect((await ana.get(track.links.analysis)).body.warnings).toEqual(['truncated']);
    expect((await eva.upload(cut, { wait: 30 })).body.warnings).toEqual(['truncated']);
    const sent = await tus(eva, {});
    expect(sent.status).toBe(201);
    const imported = await importCut(eva, {});
    expect((await eva.get(imported.resource.links.self)).body.warnings).toEqual(['truncated']);
    const { body } = await eva.get('/v1/tracks');
    expect(body.items.map(({ warnings }: { warnings: string[] }) => warnings)).toEqual(Array(3).fill(['truncated']));
    expect(await eva.upload(cut, { strict: true })).toMatchObject({ status: 422, body: refusal });
  });

  it('that is whole has no warning, strict or not', async () => {
    for (const strict of [true, false]) expect((await ana.upload(whole, { wait: 30, strict })).body).toMatchObject({ warnings: [] });
  });

  it('is all that can be strict', async () => {
    expect(await tus(ana, { kind: 'video', strict: 'true' })).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
    const request = { url: `${elsewhere.url}/cut.wav`, kind: 'video', strict: true };
    expect(await ana.post('/v1/imports', request)).toMatchObject({ status: 400, body: { errors: [{ in: 'body', pointer: '/strict' }] } });
  });
});
