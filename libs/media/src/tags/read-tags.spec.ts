import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { frameText, id3Frame, id3Tag, type MediaCorpus, makeMediaCorpus, mediaTools, unsynchronised, wavWithInfo } from '#testing';
import type { Container } from '../detect-container.ts';
import { probe } from '../ffprobe.ts';
import { withFile } from '../random-access.ts';
import { cleanTags } from './clean-tags.ts';
import { mayMisreadTags, type ReadTagsOptions, readTags } from './read-tags.ts';

let corpus: MediaCorpus;
let sound: Record<'mp3' | 'wav' | 'flac', Buffer>;
beforeAll(async () => {
  corpus = await makeMediaCorpus();
  const make = (name: string, ...options: string[]) =>
    corpus.make('-f', 'lavfi', '-i', 'sine=d=1', '-bitexact', ...options, name).then((path) => readFile(path));
  sound = {
    mp3: await make('bare.mp3', '-write_xing', '0', '-id3v2_version', '0'),
    wav: await make('bare.wav'),
    flac: await make('bare.flac'),
  };
});
afterAll(() => corpus.remove());

type SoundKind = keyof typeof sound;

/** Tags as ffprobe reads them and as we do. */
async function tagsOf(name: string, container: Container & SoundKind, bytes: Buffer) {
  const path = await corpus.write(name, bytes);
  const { streams, format } = await probe(path, { ffprobePath: mediaTools.ffprobePath, demuxer: container, timeoutMs: 30_000 });
  const probed = [streams.find(({ codec_type }) => codec_type === 'audio')!.tags, format.tags];
  const isMisread = await withFile(path, mayMisreadTags);
  return { ffprobe: cleanTags(...probed), ours: await readTags(path, { container, probed, isMisread, timeoutMs: 30_000 }) };
}

const { latin1, utf16, utf16WithoutBom, utf16BeWithoutBom, utf8 } = frameText;
const cover = Buffer.concat([Buffer.from('\0image/png\0\x03\0', 'latin1'), Buffer.alloc(3_000, 0xff)]);
const frames = [id3Frame(3, 'APIC', cover), id3Frame(3, 'TIT2', utf16('Ñandú ÿà')), id3Frame(3, 'TPE1', latin1('José'))];
const perFrame = [id3Frame(4, 'TIT2', unsynchronised(utf16('Ñandú ÿà')), 2), id3Frame(4, 'TPE1', unsynchronised(utf16('A\0B')), 2)];
const windows1251 = Buffer.from('cae8edee20c3f0f3efefe0', 'hex');

describe('readTags', () => {
  const id3: readonly (readonly [what: string, tag: Buffer, expected: object])[] = [
    ['an unsynchronised ID3v2.3 tag', id3Tag(3, 0x80, unsynchronised(Buffer.concat(frames))), { title: 'Ñandú ÿà', artist: 'José' }],
    ['UTF-16 without a byte order mark', id3Tag(3, 0, id3Frame(3, 'TIT2', utf16WithoutBom('Ñandú'))), { title: 'Ñandú' }],
    ['UTF-16 big-endian without a mark', id3Tag(3, 0, id3Frame(3, 'TIT2', utf16BeWithoutBom('Ñandú'))), { title: 'Ñandú' }],
    ['UTF-8 under the flag of ISO 8859-1', id3Tag(3, 0, id3Frame(3, 'TIT2', latin1(Buffer.from('Ñandú 🎧')))), { title: 'Ñandú 🎧' }],
    ['Windows-1251 under that flag', id3Tag(3, 0, id3Frame(3, 'TIT2', latin1(windows1251))), { title: 'Кино Группа' }],
    ['Windows-1252 under that flag', id3Tag(3, 0, id3Frame(3, 'TIT2', latin1('\x93A\x94'))), { title: '“A”' }],
    ['several artists in ID3v2.4', id3Tag(4, 0, id3Frame(4, 'TPE1', utf8('First\0Second\0Third'))), { artist: 'First;Second;Third' }],
    ['several artists in unsynchronised frames', id3Tag(4, 0x80, ...perFrame), { title: 'Ñandú ÿà', artist: 'A;B' }],
  ];
  it.each(id3)('reads %s, which ffprobe does not', async (_, tag, expected) => {
    const { ffprobe, ours } = await tagsOf('tagged.mp3', 'mp3', Buffer.concat([tag, sound.mp3]));
    expect(ffprobe).not.toEqual(expected);
    expect(ours).toEqual(expected);
  });

  const info: readonly (readonly [what: string, text: Buffer, expected: string])[] = [
    ['ISO 8859-1', Buffer.from('Ñandú', 'latin1'), 'Ñandú'],
    ['Windows-1252', Buffer.from('\x93Ñandú\x94 \x80', 'latin1'), '“Ñandú” €'],
    ['Windows-1251', windows1251, 'Кино Группа'],
  ];
  it.each(info)('reads RIFF INFO in %s, which ffprobe does not', async (_, text, title) => {
    const { ffprobe, ours } = await tagsOf('tagged.wav', 'wav', wavWithInfo(sound.wav, { INAM: text, IART: Buffer.from('Band') }));
    expect(ffprobe).not.toEqual({ title, artist: 'Band' });
    expect(ours).toEqual({ title, artist: 'Band' });
  });

  const fine: readonly (readonly [what: string, kind: SoundKind, bytes: () => Buffer])[] = [
    ['ID3v2.3 in UTF-16', 'mp3', () => Buffer.concat([id3Tag(3, 0, id3Frame(3, 'TIT2', utf16('Ñandú 🎧'))), sound.mp3])],
    ['ID3v2.3 in ISO 8859-1', 'mp3', () => Buffer.concat([id3Tag(3, 0, id3Frame(3, 'TIT2', latin1('Motörhead'))), sound.mp3])],
    ['ID3v2.4 with unsynchronised frames', 'mp3', () => Buffer.concat([id3Tag(4, 0x80, perFrame[0]!), sound.mp3])],
    ['RIFF INFO in UTF-8', 'wav', () => wavWithInfo(sound.wav, { INAM: Buffer.from('Ñandú 🎧') })],
  ];
  it.each(fine)('leaves %s as ffprobe reads it', async (_, kind, bytes) => {
    const { ffprobe, ours } = await tagsOf(`fine.${kind}`, kind, bytes());
    expect(ffprobe.title).toBeDefined();
    expect(ours).toEqual(ffprobe);
  });

  it('leaves repeated Vorbis comments as ffprobe joins them', async () => {
    const { ours } = await tagsOf('repeated.flac', 'flac', withArtists(sound.flac, 'First', 'Second'));
    expect(ours).toEqual({ artist: 'First;Second' });
  });
});

/** The FLAC file with a comment block of these artists before its other metadata. */
function withArtists(flac: Buffer, ...artists: readonly string[]): Buffer {
  const counted = (text: string) => Buffer.concat([littleEndian(Buffer.byteLength(text)), Buffer.from(text)]);
  const comments = artists.map((artist) => counted(`ARTIST=${artist}`));
  const body = Buffer.concat([counted('test'), littleEndian(comments.length), ...comments]);
  const header = Buffer.of(4, 0, 0, 0);
  header.writeUIntBE(body.length, 1, 3);
  const infoEnd = 4 + 4 + 34;
  const rest = Buffer.from(flac.subarray(infoEnd));
  rest[0] = (rest[0]! & 0x80) | 1; // the writer's own comment block becomes padding
  return Buffer.concat([flac.subarray(0, infoEnd), header, body, rest]);
}

function littleEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

describe('the second parser', () => {
  const options = (more: Partial<ReadTagsOptions> = {}): ReadTagsOptions => ({
    ...{ container: 'mp3', probed: [{ title: 'Of ffprobe' }], isMisread: true, timeoutMs: 30_000 },
    ...more,
  });

  it('leaves the tags of ffprobe when it fails', async () => {
    expect(await readTags(corpus.path('missing.mp3'), options())).toEqual({ title: 'Of ffprobe' });
  });
  it('leaves the tags of ffprobe when it does not end in time', async () => {
    const path = await corpus.write('slow.mp3', Buffer.concat([id3Tag(3, 0x80, ...frames), sound.mp3]));
    expect(await readTags(path, options({ timeoutMs: 1 }))).toEqual({ title: 'Of ffprobe' });
  });
  it('ends with its caller', async () => {
    await expect(readTags(corpus.path('bare.mp3'), options({ signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'cancelled' });
  });
  it('returns bounded text whatever the number and length of the frames', async () => {
    const many = Array.from({ length: 20_000 }, (_, n) => id3Frame(3, 'TPE1', latin1(`Artist ${n}`)));
    const long = id3Frame(3, 'TIT2', latin1('x'.repeat(2 << 20)));
    const path = await corpus.write('many.mp3', Buffer.concat([id3Tag(3, 0x80, long, ...many), sound.mp3]));
    const { title, artist } = await readTags(path, options());
    expect([title?.length, artist?.length]).toEqual([256, 256]);
  });
});
