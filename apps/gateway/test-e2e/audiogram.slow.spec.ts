/** A track as a video, through the gateway, the audio and the video service. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '#testing';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let ana: Api;
beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio', 'video']);
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(() => stack?.close());

it('becomes a new video of its owner, as long as the track, and stays out of reach of others', async () => {
  const { body: track } = await ana.upload(clicks(121, 4, 901), { name: 'para-ti.wav', wait: 60 });
  const path = `/v1/tracks/${track.id}/audiogram`;
  const eve = await Api.register(stack.url);
  expect(await eve.post(path, {})).toMatchObject({ status: 404, body: { code: 'track-not-found' } });
  const { status, headers, body } = await ana.post(path, { tags: ['feed'] });
  expect([status, headers.get('location')]).toEqual([202, `/v1/jobs/${body.job.id}`]);
  const jobNow = async () => (await ana.get(body.job.links.self)).body;
  expect(await until(async () => (await jobNow()).state === 'succeeded', 60_000)).toBe(true);
  const { result, kind } = await jobNow();
  const video = `/v1/videos/${result.videoId}`;
  expect(await until(async () => (await ana.get(video)).body.state === 'ready', 60_000)).toBe(true);
  expect([kind, (await ana.get(video)).body]).toMatchObject([
    'video.audiogram.encode',
    { title: 'para-ti', fileName: 'para-ti.mp4', tags: ['feed'], widthPx: 1_080, heightPx: 1_080, audioCodec: 'aac', clipOf: null },
  ]);
  expect(Math.abs((await ana.get(video)).body.durationSeconds - track.durationSeconds)).toBeLessThan(0.2);
});
