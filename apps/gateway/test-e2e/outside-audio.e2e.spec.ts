/** Search at providers and saved videos through the API; the providers are a loopback server. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '#testing';
import { Api } from './support/api.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let itunes: Receiver;
let ana: Api;

beforeAll(async () => {
  const song = {
    trackId: 42,
    trackName: 'Jóga',
    artistName: 'Björk',
    trackTimeMillis: 305_000,
    trackViewUrl: 'https://music.apple.com/42',
  };
  itunes = await startReceiver((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(JSON.stringify({ results: [song] })),
  );
  stack = await openTestStack(['gateway', 'audio'], { ITUNES_URL: itunes.url, OUTBOUND_ALLOW_PRIVATE: itunes.host });
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(async () => {
  await stack?.close();
  await itunes?.stop();
});

const patch = (path: string, body: object, ifMatch: string) =>
  ana.send(path, { method: 'PATCH', body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'if-match': ifMatch } });

describe('a search at providers', () => {
  const answered = { name: 'itunes', state: 'answered', problem: null };

  it('answers with what the configured ones find, and says which are not configured', async () => {
    const { status, body } = await ana.get('/v1/search/tracks?q=joga');
    expect([status, body.items]).toMatchObject([
      200,
      [{ title: 'Jóga', durationSeconds: 305, sources: [{ provider: 'itunes', providerTrackId: '42' }] }],
    ]);
    expect(body.providers).toMatchObject([
      { name: 'soundcloud', state: 'not-configured' },
      answered,
      { name: 'youtube', state: 'not-configured' },
    ]);
    const { body: list } = await ana.get('/v1/search/providers');
    expect(list.items[1]).toMatchObject({
      name: 'itunes',
      isConfigured: true,
      health: 1,
      quota: { limit: 20, remaining: 19, perSearch: 1 },
    });
  });

  it('sends each answer as it arrives, where events are asked for', async () => {
    const response = await ana.raw('/v1/search/tracks?q=joga&providers=itunes,youtube', { headers: { accept: 'text/event-stream' } });
    const frames = (await response.text()).split('\n\n').filter((frame) => frame.includes('event: '));
    expect(frames.map((frame) => /event: (\w+)/.exec(frame)![1])).toEqual(['provider', 'provider', 'done']);
    const done = JSON.parse(/data: (.*)/.exec(frames[2]!)![1]!);
    expect(done).toMatchObject({ items: [{ title: 'Jóga' }], providers: [answered, { name: 'youtube' }] });
  });

  it.each(['', '?q=', `?q=${'x'.repeat(201)}`, `?q=${'x'.repeat(10_000)}`, '?q=a&providers=napster', '?q=a&limit=51'])(
    'is refused with the query %j',
    async (query) => expect(await ana.get(`/v1/search/tracks${query}`)).toMatchObject({ status: 400, body: { code: 'request-invalid' } }),
  );
});

describe('a saved video', () => {
  it('is created once, found, changed with its ETag, and deleted', async () => {
    const made = await ana.post('/v1/saved-videos', { url: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ', tags: ['classics'] });
    expect(made).toMatchObject({
      status: 201,
      body: { kind: 'saved-video', state: 'ready', youTubeId: 'dQw4w9WgXcQ', tags: ['classics'] },
    });
    const { self } = made.body.links;
    expect(made.headers.get('location')).toBe(self);
    expect(await ana.post('/v1/saved-videos', { url: 'youtu.be/dQw4w9WgXcQ' })).toMatchObject({ status: 200, body: { id: made.body.id } });
    const { body: page } = await ana.get('/v1/saved-videos?youTubeId=dQw4w9WgXcQ');
    expect(page.items.map(({ id }: { id: string }) => id)).toEqual([made.body.id]);
    const etag = (await ana.get(self)).headers.get('etag')!;
    expect(await patch(self, { title: 'For the closing set' }, etag)).toMatchObject({
      status: 200,
      body: { title: 'For the closing set' },
    });
    expect(await patch(self, { title: 'Late' }, etag)).toMatchObject({ status: 412 });
    expect((await ana.get(self)).body.title).toBe('For the closing set');
    expect((await ana.delete(self)).status).toBe(204);
    expect(await ana.get(self)).toMatchObject({ status: 404, body: { code: 'saved-video-not-found' } });
  });

  it('is none where the link leads elsewhere', async () =>
    expect(await ana.post('/v1/saved-videos', { url: 'https://example.com/watch?v=dQw4w9WgXcQ' })).toMatchObject({ status: 400 }));
});
