/** Events of resources through the API: as a stream with replay, on webhooks, in order and without loss. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver, until } from '#testing';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { readEvents, type ServerEvent } from './support/event-reader.ts';
import { openTestStack, query, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver((_request, response) => void response.end());
  stack = await openTestStack(['gateway', 'audio', 'posts'], { OUTBOUND_ALLOW_PRIVATE: receiver.host });
}, 180_000);
afterAll(async () => {
  await stack?.close();
  await receiver?.stop();
});

const register = () => Api.register(stack.url);
/** Reads the events that are kept, and those to come, until `count` have come. */
async function hear(api: Api, count: number, path = '/v1/events?after=0', headers: Record<string, string> = {}): Promise<ServerEvent[]> {
  const leave = new AbortController();
  const response = await api.raw(path, { headers, signal: leave.signal });
  const seen: ServerEvent[] = [];
  for await (const event of readEvents(response)) if (seen.push(event) === count) break;
  leave.abort();
  return seen;
}
const typesOf = (events: readonly ServerEvent[]) => events.map(({ event }) => event);

describe('the events of an owner', () => {
  it('tell of a track that becomes ready and is deleted, as its list shows it, and nobody else', async () => {
    const [ana, ben] = [await register(), await register()];
    const { body: track } = await ana.upload(clicks(100, 3, 1), { wait: 60 });
    await ana.delete(track.links.self);
    const events = await hear(ana, 3);
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
    expect(typesOf(await hear(ben, 1))).toEqual(['playlist.ready']);
  });

  it('go on after the last one that was seen, and are only those that were asked for', async () => {
    const ana = await register();
    for (const title of ['one', 'two', 'three']) await ana.post('/v1/playlists', { title });
    await ana.post('/v1/posts', { text: 'We are thrilled to open an office in Madrid.' });
    const all = await hear(ana, 4);
    expect(typesOf(all)).toEqual(['playlist.ready', 'playlist.ready', 'playlist.ready', 'post.ready']);
    const rest = await hear(ana, 2, '/v1/events', { 'last-event-id': String(all[1]!.id) });
    expect(rest).toEqual(all.slice(2));
    expect(typesOf(await hear(ana, 1, '/v1/events?after=0&type=post.*,track.ready'))).toEqual(['post.ready']);
    expect((await ana.get('/v1/events?type=nothing')).status).toBe(400);
  });

  it('tell of a track whose job is cancelled', async () => {
    const ana = await register();
    stack.ffmpeg.hold();
    try {
      const { body: track } = await ana.upload(clicks(100, 3, 2));
      await ana.delete(track.links.job);
      const events = await hear(ana, 2);
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

  it('of two services at the same time come once each, in one order, over reconnections', async () => {
    const ana = await register();
    const count = 30;
    const write = Promise.all(
      Array.from({ length: count / 2 }, async (_, at) => {
        await Promise.all([
          ana.post('/v1/playlists', { title: `list ${at}` }),
          ana.post('/v1/posts', { text: `Post number ${at} about Madrid.` }),
        ]);
      }),
    );
    const seen: ServerEvent[] = [];
    while (seen.length < count)
      seen.push(...(await hear(ana, Math.min(4, count - seen.length), `/v1/events?after=${seen.at(-1)?.id ?? 0}`)));
    await write;
    expect(new Set(seen.map(({ data }) => data.data.id)).size).toBe(count);
    expect(seen.map(({ id }) => id)).toEqual(seen.map(({ id }) => id).sort((a, b) => a - b));
    expect(await hear(ana, count)).toEqual(seen);
  });

  it('survive a kill of the gateway between the change and the message', async () => {
    const ana = await register();
    const { body: playlist } = await ana.post('/v1/playlists', { title: 'kept' });
    await hear(ana, 1);
    const { environment } = stack.processes;
    await stack.processes.services.gateway!.kill();
    await query(environment.DATABASE_URL!, 'DELETE FROM audio.playlist WHERE id = $1', [playlist.id]);
    await stack.processes.services.gateway!.restart();
    expect(typesOf(await hear(ana, 2))).toEqual(['playlist.ready', 'playlist.deleted']);
  });
});

describe('a webhook', () => {
  it('gets the same message as the stream, for resources with its pairs only', async () => {
    const ana = await register();
    await ana.post('/v1/webhooks', { url: `${receiver.url}/spring`, events: ['playlist.*'], metadata: { project: 'spring' } });
    await ana.post('/v1/playlists', { title: 'without' });
    await ana.post('/v1/playlists', { title: 'with', metadata: { project: 'spring', other: 'pair' } });
    const events = await hear(ana, 2);
    const heard = () => receiver.requests.filter(({ url }) => url === '/spring');
    expect(await until(() => heard().length > 0, 20_000)).toBe(true);
    expect(heard()).toHaveLength(1);
    const [{ headers, body }] = heard() as [ReturnType<typeof heard>[number]];
    expect(JSON.parse(body)).toEqual(events[1]!.data);
    expect(headers['webhook-id']).toBe(events[1]!.data.id);
    expect(events[1]!.data.data).toMatchObject({ title: 'with', links: { self: expect.stringContaining('/v1/playlists/') } });
  });
});
