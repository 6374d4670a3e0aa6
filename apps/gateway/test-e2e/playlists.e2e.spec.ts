/** Playlists through the API: built, put in order, changed by a stale editor, hidden from others. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let ana: Api;
let tracks: string[];

beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio']);
  ana = await Api.register(stack.url);
  const uploaded = await Promise.all([0, 1, 2].map((at) => ana.upload(clicks(120 + at, 3, 910 + at), { name: `song-${at}.wav` })));
  tracks = uploaded.map(({ body }) => body.id);
}, 120_000);
afterAll(() => stack?.close());

const patch = (api: Api, path: string, body: object, ifMatch: string) =>
  api.send(path, { method: 'PATCH', body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'if-match': ifMatch } });
const create = async (trackIds: readonly string[] = tracks) => (await ana.post('/v1/playlists', { title: 'Warm-up', trackIds })).body;
const titles = async (path: string): Promise<string[]> =>
  (await ana.get(path)).body.items.map(({ track }: { track: { title: string } }) => track.title);

describe('a playlist', () => {
  it('is created with tracks, found by one of them, and deleted', async () => {
    const answer = await ana.post('/v1/playlists', { title: 'Warm-up', trackIds: tracks });
    expect(answer).toMatchObject({ status: 201, body: { kind: 'playlist', state: 'ready', itemCount: 3, durationSeconds: 9 } });
    const { self, items } = answer.body.links;
    expect(answer.headers.get('location')).toBe(self);
    expect(await titles(items)).toEqual(['song-0', 'song-1', 'song-2']);
    const { body } = await ana.get(`/v1/playlists?trackId=${tracks[1]}`);
    expect(body.items.map(({ id }: { id: string }) => id)).toContain(answer.body.id);
    expect((await ana.delete(self)).status).toBe(204);
    expect(await ana.get(self)).toMatchObject({ status: 404, body: { code: 'playlist-not-found' } });
  });

  it('takes tracks at a place, moves and removes items, and refuses a move based on what has changed since', async () => {
    const { links } = await create(tracks.slice(0, 2));
    const stale = (await ana.get(links.self)).headers.get('etag')!;
    const { body, ...answer } = await ana.post(links.items, { trackIds: [tracks[2]], position: 0 });
    expect(answer.status).toBe(201);
    expect((await ana.get(answer.headers.get('location')!)).body).toEqual(body.added[0]);
    expect(body).toMatchObject({ added: [{ position: 0, trackId: tracks[2] }], playlist: { itemCount: 3, links } });
    expect(body.playlist).not.toHaveProperty('revision');
    const item = `${links.items}/${body.added[0].id}`;
    expect(await patch(ana, item, { position: 9 }, stale)).toMatchObject({ status: 412, body: { code: 'precondition-failed' } });
    const { headers: added } = await ana.post(links.items, { trackIds: [tracks[2]], position: 0 });
    expect(added.get('etag')).toBe((await ana.get(links.self)).headers.get('etag'));
    const moved = await patch(ana, item, { position: 9 }, added.get('etag')!);
    expect(moved).toMatchObject({ status: 200, body: { position: 3 } });
    const removed = await ana.send(`${links.items}/${(await ana.get(links.items)).body.items[0].id}`, {
      method: 'DELETE',
      headers: { 'if-match': moved.headers.get('etag')! },
    });
    expect(removed.status).toBe(204);
    expect(removed.headers.get('etag')).toBe((await ana.get(links.self)).headers.get('etag'));
    expect(await titles(links.items)).toEqual(['song-0', 'song-1', 'song-2']);
    expect(await ana.send(links.self, { method: 'DELETE', headers: { 'if-match': stale } })).toMatchObject({ status: 412 });
    expect((await ana.delete(item)).status).toBe(204);
    expect(await ana.get(item)).toMatchObject({ status: 404, body: { code: 'playlist-item-not-found' } });
    expect(await ana.delete(item)).toMatchObject({ status: 404, body: { code: 'playlist-item-not-found' } });
    expect((await ana.get(links.self)).body.itemCount).toBe(2);
  });

  it('adds nothing where one of the tracks is not there, and loses the items of a deleted track', async () => {
    const bruno = await Api.register(stack.url);
    const { body: his } = await bruno.upload(clicks(140, 3, 920));
    const { body: mine } = await ana.upload(clicks(141, 3, 921));
    const { links } = await create([]);
    expect(await ana.post(links.items, { trackIds: [mine.id, his.id] })).toMatchObject({ status: 404, body: { code: 'track-not-found' } });
    expect((await ana.get(links.self)).body.itemCount).toBe(0);
    const several = await ana.post(links.items, { trackIds: [mine.id, tracks[0], mine.id] });
    expect([several.status, several.headers.get('location')]).toEqual([201, null]);
    await ana.delete(mine.links.self);
    expect((await ana.get(links.items)).body.items).toMatchObject([{ position: 0, trackId: tracks[0] }]);
    expect((await ana.get(links.self)).body).toMatchObject({ itemCount: 1, durationSeconds: 3 });
  });

  it('has room for 10,000 items and no more', async () => {
    const { links } = await create([]);
    const thousand = Array.from({ length: 1_000 }, () => tracks[0]);
    for (let round = 0; round < 10; round++) expect((await ana.post(links.items, { trackIds: thousand })).status).toBe(201);
    expect(await ana.post(links.items, { trackIds: [tracks[0]] })).toMatchObject({ status: 409, body: { code: 'playlist-full' } });
  });

  it('is not there for another account, on any route', async () => {
    const bruno = await Api.register(stack.url);
    const { links } = await create();
    const { items } = (await ana.get(links.items)).body;
    const item = `${links.items}/${items[0].id}`;
    const answers = await Promise.all([
      ...[bruno.get(links.self), bruno.get(links.items), bruno.delete(links.self), bruno.get(item), bruno.delete(item)],
      ...[bruno.post(links.items, { trackIds: [] }).then(() => bruno.get(links.items)), patch(bruno, item, { position: 0 }, '*')],
      patch(bruno, links.self, { title: 'Mine' }, '*'),
    ]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 404, body: { code: 'playlist-not-found' } });
  });
});

describe('a playlist as a file', () => {
  const importFile = (text: string, type: string, query = '', api = ana) =>
    api.send(`/v1/playlists/import${query}`, { method: 'POST', body: text, headers: { 'content-type': type } });
  const download = async (path: string, api = ana) => {
    const response = await api.raw(path);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it.each([
    ['m3u8', 'application/vnd.apple.mpegurl'],
    ['jspf', 'application/jspf+json'],
    ['json', 'application/vnd.rafaga.playlist+json'],
  ])('%s is imported as the playlist that it was written of', async (format, type) => {
    const { links, id } = await create([tracks[2]!, tracks[0]!, tracks[2]!]);
    const file = await download(`/v1/playlists/${id}/export.${format}`);
    expect(file).toMatchObject({ status: 200 });
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="Warm-up.${format}"`);
    const answer = await importFile(file.text, type);
    expect(answer).toMatchObject({ status: 201, body: { playlist: { title: 'Warm-up', itemCount: 3 }, matched: 3, unmatched: 0 } });
    expect(answer.headers.get('location')).toBe(answer.body.playlist.links.self);
    expect(await titles(answer.body.playlist.links.items)).toEqual(await titles(links.items));
    expect(
      (await ana.raw(`/v1/playlists/${id}/export.${format}`, { headers: { 'if-none-match': file.headers.get('etag')! } })).status,
    ).toBe(304);
  });

  it('names files that another player opens, and is taken from names, without case', async () => {
    const { id } = await create([tracks[1]!]);
    expect((await download(`/v1/playlists/${id}/export.m3u8`)).text).toBe(
      `#EXTM3U\n#PLAYLIST:Warm-up\n#EXTINF:3,song-1\n/v1/tracks/${tracks[1]}/file\n`,
    );
    const { body } = await importFile('#EXTINF:4,SONG-1\nd:\\1.mp3\nsong-2.wav\nelsewhere.mp3\n', 'audio/x-mpegurl', '?title=Mine&tags=a');
    expect(body).toMatchObject({ playlist: { title: 'Mine', tags: ['a'], itemCount: 2 }, matched: 2, unmatched: 1 });
    expect(body.unmatchedEntries).toEqual([{ entry: 3, text: 'elsewhere.mp3', reason: 'not-found' }]);
  });

  it('is nothing to others, whose tracks no file of theirs reaches', async () => {
    const bruno = await Api.register(stack.url);
    const { id } = await create([tracks[0]!]);
    const { text } = await download(`/v1/playlists/${id}/export.json`);
    for (const end of ['export.m3u8', 'export.jspf', 'export.json', 'suggested-order'])
      expect(await bruno.get(`/v1/playlists/${id}/${end}`)).toMatchObject({ status: 404, body: { code: 'playlist-not-found' } });
    expect(await importFile(text, 'application/vnd.rafaga.playlist+json', '', bruno)).toMatchObject({
      status: 422,
      body: { code: 'playlist-invalid', errors: [{ code: 'not-found', detail: 'Entry 1: song-0' }] },
    });
  });

  it.each([
    ['<html>', 'audio/mpegurl', 422, 'playlist-invalid'],
    ['{"items": [', 'application/jspf+json', 422, 'playlist-invalid'],
    ['#EXTM3U\n', 'audio/mpegurl', 422, 'playlist-invalid'],
    ['other.m3u8\n', 'audio/mpegurl', 422, 'playlist-invalid'],
    ['x\n'.repeat(10_001), 'audio/mpegurl', 409, 'playlist-full'],
    ['#'.repeat(4 * 1_024 ** 2 + 1), 'audio/mpegurl', 413, 'payload-too-large'],
    ['', 'audio/mpegurl', 422, 'media-empty'],
    ['{}', 'application/json', 415, 'media-type-unsupported'],
  ])('%.12s as %s is %d %s', async (text, type, status, code) => {
    expect(await importFile(text, type)).toMatchObject({ status, body: { code } });
  });

  it('is imported once under one idempotency key, also by two requests at once', async () => {
    const send = () =>
      ana.send('/v1/playlists/import', {
        method: 'POST',
        body: 'song-0.wav\n',
        headers: { 'content-type': 'audio/mpegurl', 'idempotency-key': 'import-twice' },
      });
    const answers = await Promise.all([send(), send()]);
    answers.push(await send());
    const made = answers.filter(({ status }) => status === 201).map(({ body }) => body.playlist.id);
    expect(new Set(made).size).toBe(1);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });

  it('has a suggested order, from the item that is asked for', async () => {
    const { id, links } = await create([tracks[0]!, tracks[2]!, tracks[1]!]);
    const items = (await ana.get(links.items)).body.items;
    const { status, body } = await ana.get(`/v1/playlists/${id}/suggested-order?start=${items[1].id}`);
    expect(status).toBe(200);
    expect(body.items[0]).toMatchObject({ itemId: items[1].id, trackId: tracks[2], position: 1, transition: null });
    expect(new Set(body.items.map(({ itemId }: { itemId: string }) => itemId)).size).toBe(3);
    expect(body.items[1].transition.cost).toBeGreaterThanOrEqual(0);
    expect(await ana.get(`/v1/playlists/${id}/suggested-order?start=${id}`)).toMatchObject({
      status: 404,
      body: { code: 'playlist-item-not-found' },
    });
    const long = await create(Array.from({ length: 1_000 }, () => tracks[0]!));
    expect((await ana.get(`/v1/playlists/${long.id}/suggested-order`)).body.items).toHaveLength(1_000);
    await ana.post(long.links.items, { trackIds: [tracks[0]] });
    expect(await ana.get(`/v1/playlists/${long.id}/suggested-order`)).toMatchObject({
      status: 422,
      body: { code: 'playlist-too-long-to-order' },
    });
  });
});
