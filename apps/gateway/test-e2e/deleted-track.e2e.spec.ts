import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let ana: Api;
beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio']);
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(() => stack?.close());

describe('a deleted track', () => {
  it('can be uploaded and analysed again, also while its recording is cached', async () => {
    const bytes = clicks(90, 4, 1);
    const [first, second] = [await ana.analyse(bytes), await ana.analyse(bytes)];
    for (const { links } of [first, second]) expect((await ana.delete(links.self)).status).toBe(204);
    const again = await ana.analyse(bytes);
    expect(again).toMatchObject({ state: 'ready', analysis: { bpm: expect.any(Number) } });
    expect((await ana.get(again.links.waveformJson)).status).toBe(200);
    expect(await ana.analyse(bytes)).toMatchObject({ state: 'ready' });
  });

  it('cancels its job, which fails at once with a reason when it is retried', async () => {
    stack.ffmpeg.hold();
    const { body } = await ana.upload(clicks(90, 4, 2));
    expect((await ana.delete(body.links.self)).status).toBe(204);
    stack.ffmpeg.release();
    const job = async () => (await ana.get(body.links.job)).body;
    expect(await until(async () => (await job()).state === 'cancelled', 20_000)).toBe(true);
    expect((await ana.send(`${body.links.job}/retry`, { method: 'POST' })).status).toBe(202);
    expect(await until(async () => (await job()).state === 'failed', 20_000)).toBe(true);
    expect(await job()).toMatchObject({ problem: { code: 'track-not-found' } });
  });
});
