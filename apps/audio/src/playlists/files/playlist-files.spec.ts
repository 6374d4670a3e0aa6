/** Files of playlists: what is read of those that other programs write, and that what is written can be read again. */
import { describe, expect, it } from '@jest/globals';
import { jspf, ownJson } from './json-playlists.ts';
import { m3u8 } from './m3u8.ts';
import type { PlaylistWriter, WrittenTrack } from './playlist-entry.ts';
import { readPlaylist } from './read-playlist.ts';

const id = '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10';
const read = (text: string | Uint8Array) => readPlaylist(typeof text === 'string' ? Buffer.from(text) : text);
const entriesOf = (text: string | Uint8Array) => {
  const file = read(text);
  if ('fault' in file) throw new Error(file.fault);
  return file.entries;
};

describe('M3U8', () => {
  it('has the name of the playlist, and of each entry artist, title, duration and the name of the file', () => {
    const text = '\ufeff#EXTM3U\r\n#PLAYLIST:Warm-up\r\n#EXTINF:183,Nina Simone - Sinnerman - live\r\nC:\\Music\\01 Sinnerman.mp3\r\n';
    expect(read(text)).toEqual({
      title: 'Warm-up',
      entries: [
        {
          artist: 'Nina Simone',
          title: 'Sinnerman - live',
          durationSeconds: 183,
          fileName: '01 Sinnerman.mp3',
          text: 'Nina Simone - Sinnerman - live',
        },
      ],
    });
  });
  it('is a list of paths without any of that', () => {
    expect(entriesOf('a/b/one.flac\n\n# a comment\nhttp://127.0.0.1/x/two%20songs.mp3?token=1#t\n')).toEqual([
      { fileName: 'one.flac', text: 'a/b/one.flac' },
      { fileName: 'two songs.mp3', text: 'http://127.0.0.1/x/two%20songs.mp3?token=1#t' },
    ]);
  });
  it.each([[`/v1/tracks/${id}/file`], [`https://127.0.0.1:9/v1/tracks/${id.toUpperCase()}/file?x=1`], [`v1/tracks/${id}`]])(
    'tells a track of this API by its address: %s',
    (line) => expect(entriesOf(line)[0]).toMatchObject({ trackId: id }),
  );
  it('takes a duration that is not known, attributes, and a % that is none for what they are', () => {
    const text = '#EXTINF:-1 tvg-id="x",Song\n100%25.mp3\n#EXTINF:abc\nhttp://127.0.0.1/100%.mp3\n';
    expect(entriesOf(text)).toEqual([
      { title: 'Song', fileName: '100%25.mp3', text: 'Song' },
      { fileName: '100%.mp3', text: 'http://127.0.0.1/100%.mp3' },
    ]);
  });
  it('of an old program is in Windows-1252', () => {
    expect(entriesOf(Buffer.from('#EXTINF:9,Caf\u00e9\ncaf\u00e9.mp3', 'latin1'))[0]).toMatchObject({
      title: 'Café',
      fileName: 'café.mp3',
    });
  });
  it('in UTF-16 is read by its mark', () => {
    expect(entriesOf(Buffer.from('\ufeffsong.mp3\n', 'utf16le'))[0]).toMatchObject({ fileName: 'song.mp3' });
  });

  it('may begin with a bracket, and may end in an address without a file', () => {
    expect(entriesOf('[live] song.mp3\n{a}.mp3\nhttp://127.0.0.1/watch?v=1\n')).toEqual([
      { fileName: '[live] song.mp3', text: '[live] song.mp3' },
      { fileName: '{a}.mp3', text: '{a}.mp3' },
      { text: 'http://127.0.0.1/watch?v=1' },
    ]);
  });
  it('keeps the blanks of names that are compared as they are', () => {
    expect(entriesOf('a/two  blanks.mp3\n')).toMatchObject([{ fileName: 'two  blanks.mp3' }]);
    expect(entriesOf('{"items": [{"fileName": "a  b.mp3", "externalId": " crm  1", "title": "a  b"}]}')).toMatchObject([
      { fileName: 'a  b.mp3', externalId: 'crm  1', title: 'a b' },
    ]);
  });
});

describe('what is no playlist', () => {
  it.each([
    ['<!doctype html><p>Not found', /HTML/],
    ['#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nsegment.ts\n', /HLS/],
    ['{"playlist": {"track": [', /ends early/],
    ['{"tracks": []}', /neither/],
    ['{"items": []}', /no entry/],
    ['{"playlist": []}', /no entry/],
    ['#EXTM3U\n', /no entry/],
    ['[playlist]\nFile1=a.mp3\n', /PLS/],
    ['[{"title": "x"}]', /neither/],
    ['\u0000\u0001', /not text/],
    [`${'['.repeat(500_000)}`, /ends early/],
    [`{"items": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`, /./],
  ])('%.30s', (text, fault) => {
    const file = read(text);
    expect('fault' in file ? file.fault : file.entries.map(({ text }) => text).join('empty')).toMatch('fault' in file ? fault : /^$/);
  });
  it.each([
    ['x\n'.repeat(20_000)],
    [JSON.stringify({ items: Array(20_000).fill({}) })],
    [JSON.stringify({ playlist: { track: Array(20_000).fill({}) } })],
  ])('is read no further than it takes to see that it has too many entries: %.12s', (text) => expect(entriesOf(text)).toHaveLength(10_001));
  it('has an id of another program, which is neither an id nor a name here', () => {
    expect(entriesOf('{"items": [{"trackId": "7", "title": "X"}]}')).toEqual([
      expect.objectContaining({ title: 'X', trackId: undefined, fileName: undefined }),
    ]);
    const [entry] = entriesOf('{"playlist": {"track": [{"identifier": ["urn:rafaga:track:7"], "location": ["a/one.mp3"]}]}}');
    expect(entry).toEqual({ ...entry, fileName: 'one.mp3', text: 'a/one.mp3' });
    expect(entry?.trackId).toBeUndefined();
  });
  it('has entries of odd types that say nothing', () => {
    expect(entriesOf('{"items": [null, 7, "x", {"title": 7, "durationSeconds": -1}, {"title": "  "}]}')).toEqual(
      Array.from({ length: 5 }, () => expect.objectContaining({ text: '' })),
    );
  });
});

const tracks: readonly WrittenTrack[] = [
  {
    ...{ trackId: id, externalId: 'crm-1', title: 'Sinner\nman', artist: 'Nina\r\n#EXT-X-KEY', album: '"Pastel" Blues' },
    ...{ fileName: 'a.flac', durationSeconds: 183.32 },
  },
  { trackId: id.replace('0b', '1b'), externalId: null, title: '-', artist: '', album: '', fileName: 'b.wav', durationSeconds: null },
];
const write = ({ head, entry, separator, tail }: PlaylistWriter) =>
  head({ title: 'Warm "up"\n#x', description: 'slow', tags: ['a', 'b'] }) + tracks.map(entry).join(separator) + tail;

describe('what is written', () => {
  it.each([
    ['M3U8', m3u8, 'Warm "up" #x', 183],
    ['JSPF', jspf, 'Warm "up" #x', 183.32],
    ['JSON', ownJson, 'Warm "up" #x', 183.32],
  ])('as %s is read as the same tracks', (_name, writer, title, durationSeconds) => {
    const file = read(write(writer));
    expect(file).toMatchObject({ title, entries: [{ trackId: id, durationSeconds }, { trackId: tracks[1]!.trackId }] });
  });
  it.each([
    ['JSPF', jspf],
    ['JSON', ownJson],
  ])('as %s keeps a description of several lines', (_name, { head, tail, entry }) => {
    const description = `slow\n\tto fast ${'x'.repeat(1_900)}`;
    expect(read(head({ title: 't', description, tags: [] }) + entry(tracks[0]!) + tail)).toMatchObject({ description });
  });
  it('as M3U8 has no line that a title or an artist made', () => {
    expect(write(m3u8).split('\n')).toEqual([
      '#EXTM3U',
      '#PLAYLIST:Warm "up" #x',
      '#EXTINF:183,Nina #EXT-X-KEY - Sinner man',
      `/v1/tracks/${id}/file`,
      '#EXTINF:-1,-',
      `/v1/tracks/${tracks[1]!.trackId}/file`,
      '',
    ]);
  });
  it('as JSPF has the members of the format', () => {
    expect(JSON.parse(write(jspf)).playlist.track[0]).toEqual({
      location: [`/v1/tracks/${id}/file`],
      identifier: [`urn:rafaga:track:${id}`],
      ...{ title: 'Sinner\nman', creator: 'Nina\r\n#EXT-X-KEY', album: '"Pastel" Blues', duration: 183_320 },
    });
  });
  it('as JSON loses nothing', () => {
    expect(JSON.parse(write(ownJson))).toEqual({ title: 'Warm "up"\n#x', description: 'slow', tags: ['a', 'b'], items: tracks });
  });
});
