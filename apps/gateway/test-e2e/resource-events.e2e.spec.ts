/** Events of a track, from its upload to its deletion. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { hearEvents, typesOf } from './support/owner-events.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio']);
}, 180_000);
afterAll(async () => {
  await stack?.close();
});

const register = () => Api.register(stack.url);

describe('the events of an owner', () => {
  it('tell of a track that becomes ready and is deleted, as its list shows it, and nobody else', async () => {
    const [ana, ben] = [await register(), await register()];
    const { body: track } = await ana.upload(clicks(100, 3, 1), { wait: 60 });
    await hearEvents(ana, 2); // what is gone before it is told is not told as ready
    await ana.delete(track.links.self);
    const events = await hearEvents(ana, 3);
    expect(typesOf(events).sort()).toEqual(['job.succeeded', 'track.deleted', 'track.ready']);
    const ready = events.find(({ event }) => event === 'track.ready')!.data;
    expect(ready).toMatchObject({
      id: expect.stringMatching(/^msg_/),
      type: 'track.ready',
      data: { id: track.id, kind: 'track', links: track.links },
    });
    expect(ready.data).not.toHaveProperty('analysis');
    expect(ready.data.bpm).toBe(track.bpm);
    expect(events.at(-1)!.data).toMatchObject({ type: 'track.deleted', data: { id: track.id, kind: 'track', title: track.title } });
    await ben.post('/v1/playlists', { title: 'mine' });
    expect(typesOf(await hearEvents(ben, 1))).toEqual(['playlist.ready']);
  });

  it('tell of a track whose job is cancelled', async () => {
    const ana = await register();
    stack.ffmpeg.hold();
    try {
      const { body: track } = await ana.upload(clicks(100, 3, 2));
      await ana.delete(track.links.job);
      const events = await hearEvents(ana, 2);
      expect(typesOf(events).sort()).toEqual(['job.cancelled', 'track.failed']);
      expect(events.find(({ event }) => event === 'track.failed')!.data.data).toMatchObject({
        id: track.id,
        state: 'failed',
        problem: { code: 'cancelled' },
      });
    } finally {
      stack.ffmpeg.release();
    }
  });
});
