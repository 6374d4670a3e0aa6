/** The order of an owner's events, their replay, and that webhooks get the same messages. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver, until } from '#testing';
import { Api } from './support/api.ts';
import type { ServerEvent } from './support/event-reader.ts';
import { hearEvents, typesOf } from './support/owner-events.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

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

describe('the events of an owner', () => {
  it('go on after the last one that was seen, and are only those that were asked for', async () => {
    const ana = await register();
    for (const title of ['one', 'two', 'three']) await ana.post('/v1/playlists', { title });
    await ana.post('/v1/posts', { text: 'We are thrilled to open an office in Madrid.' });
    const all = await hearEvents(ana, 4);
    expect(typesOf(all)).toEqual(['playlist.ready', 'playlist.ready', 'playlist.ready', 'post.ready']);
    const rest = await hearEvents(ana, 2, '/v1/events', { 'last-event-id': String(all[1]!.id) });
    expect(rest).toEqual(all.slice(2));
    expect(typesOf(await hearEvents(ana, 1, '/v1/events?lastEventId=0&type=post.*,track.ready'))).toEqual(['post.ready']);
    expect((await ana.get('/v1/events?type=nothing')).status).toBe(400);
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
      seen.push(...(await hearEvents(ana, Math.min(4, count - seen.length), `/v1/events?lastEventId=${seen.at(-1)?.id ?? 0}`)));
    await write;
    expect(new Set(seen.map(({ data }) => data.data.id)).size).toBe(count);
    expect(seen.map(({ id }) => id)).toEqual(seen.map(({ id }) => id).sort((a, b) => a - b));
    expect(await hearEvents(ana, count)).toEqual(seen);
  });
});

describe('a webhook', () => {
  it('gets the same message as the stream, for resources with its pairs only', async () => {
    const ana = await register();
    await ana.post('/v1/webhooks', { url: `${receiver.url}/spring`, types: ['playlist.*'], metadataFilter: { project: 'spring' } });
    await ana.post('/v1/playlists', { title: 'without' });
    await ana.post('/v1/playlists', { title: 'with', metadata: { project: 'spring', other: 'pair' } });
    const events = await hearEvents(ana, 2);
    const heard = () => receiver.requests.filter(({ url }) => url === '/spring');
    expect(await until(() => heard().length > 0, 20_000)).toBe(true);
    expect(heard()).toHaveLength(1);
    const [{ headers, body }] = heard() as [ReturnType<typeof heard>[number]];
    expect(JSON.parse(body)).toEqual(events[1]!.data);
    expect(headers['webhook-id']).toBe(events[1]!.data.id);
    expect(events[1]!.data.data).toMatchObject({ title: 'with', links: { self: expect.stringContaining('/v1/playlists/') } });
  });
});
