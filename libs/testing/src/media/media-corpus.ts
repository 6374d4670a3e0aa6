/** Media files for specs: a complete file of every container, made by one run of ffmpeg, and hand-made boxes, tags and pages. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectSuccess, runTool } from '#compute';
import { ffmpegTools } from '#media';

export const mediaTools = ffmpegTools();

/** Without the tag at the end that names the encoder. */
const untagged = ['-fflags', '+bitexact', '-flags', '+bitexact'];

/** Output options of ffmpeg for each file: three seconds of a tone, stereo 44.1 kHz by default. */
const recipes = {
  'plain.wav': [],
  'eight-bit-mono.wav': ['-c:a', 'pcm_u8', '-ac', '1'],
  'surround-96k.wav': ['-c:a', 'pcm_s24le', '-ar', '96000', '-ac', '6'],
  'half-a-second.wav': ['-t', '0.5'],
  'long-header.wav': ['-rf64', 'always'],
  'plain.w64': [],
  'plain.aiff': [],
  'plain.caf': [],
  'plain.au': [],
  'plain.flac': [],
  'surround-96k.flac': ['-ar', '96000', '-ac', '6'],
  'vorbis.ogg': ['-c:a', 'libvorbis'],
  'opus.opus': ['-c:a', 'libopus'],
  'flac-in-ogg.oga': ['-c:a', 'flac'],
  'constant.mp3': ['-b:a', '128k', '-metadata', 'title=Ola\u202e k\u0007ase', '-metadata', 'artist=Ñandú 🎧'],
  'variable.mp3': ['-q:a', '3'],
  'without-note.mp3': ['-write_xing', '0', '-id3v2_version', '0'],
  'layer-two.mp2': [],
  'aac.m4a': ['-c:a', 'aac'],
  'aac-faststart.m4a': ['-c:a', 'aac', '-movflags', '+faststart'],
  'lossless.m4a': ['-c:a', 'alac'],
  'fragmented.mp4': ['-c:a', 'aac', '-movflags', 'frag_keyframe+empty_moov'],
  'quicktime.mov': ['-c:a', 'pcm_s16le'],
  'vorbis.mka': ['-c:a', 'libvorbis'],
  'opus.webm': ['-c:a', 'libopus'],
  'live.webm': ['-c:a', 'libopus', '-live', '1'],
  'adts.aac': ['-c:a', 'aac'],
  'windows.wma': ['-c:a', 'wmav2'],
  'old-windows.wma': ['-c:a', 'wmav1'],
  'dolby.ac3': ['-c:a', 'ac3'],
  'dolby.eac3': ['-c:a', 'eac3'],
  'lossless.wv': ['-c:a', 'wavpack', ...untagged],
  'true.tta': ['-c:a', 'tta', ...untagged],
} as const satisfies Record<string, readonly string[]>;

export type SoundName = keyof typeof recipes;
export const soundNames = Object.keys(recipes) as SoundName[];

export interface MediaCorpus {
  readonly folder: string;
  path(name: string): string;
  bytes(name: SoundName): Promise<Buffer>;
  write(name: string, content: Uint8Array | string): Promise<string>;
  /** Runs ffmpeg with these arguments; the last one is the name of the output in the corpus. */
  make(...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

export async function makeMediaCorpus(): Promise<MediaCorpus> {
  const folder = await mkdtemp(join(tmpdir(), 'rafaga-media-'));
  const path = (name: string) => join(folder, name);
  const make = async (...args: string[]) => {
    const output = path(args.at(-1)!);
    const all = ['-v', 'error', '-nostdin', '-y', ...args.slice(0, -1), output];
    expectSuccess(await runTool({ command: mediaTools.ffmpegPath, args: all, wallClockMs: 60_000 }));
    return output;
  };
  const write = async (name: string, content: Uint8Array | string) => {
    await writeFile(path(name), content);
    return path(name);
  };
  const remove = () => rm(folder, { recursive: true, force: true });
  return { folder, path, make, write, remove, bytes: (name) => readFile(path(name)) };
}

/** Makes a corpus with every recipe. The tone changes its frequency, so that no two frames are equal. */
export async function makeSoundFiles(): Promise<MediaCorpus> {
  const corpus = await makeMediaCorpus();
  const source = ['-f', 'lavfi', '-i', 'aevalsrc=0.4*sin(2*PI*t*(300+90*t))|0.3*sin(2*PI*t*(500-60*t)):d=3:s=44100'];
  const outputs = soundNames.flatMap((name) => [...recipes[name], corpus.path(name)]);
  const args = ['-v', 'error', '-nostdin', '-y', ...source, ...outputs];
  expectSuccess(await runTool({ command: mediaTools.ffmpegPath, args, wallClockMs: 60_000 }));
  return corpus;
}

/** Builds a box of an ISO base media file. */
export function mp4Box(type: string, ...content: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  const header = Buffer.alloc(8, type.padStart(8), 'latin1');
  header.writeUInt32BE(8 + body.length, 0);
  return Buffer.concat([header, body]);
}

/** Builds a movie with one data reference, e.g. `url ` with flag 0 and an address. */
export function movieReferring(kind: string, isSelfContained: boolean, target: string): Buffer {
  const reference = mp4Box(kind, Buffer.from([0, 0, 0, isSelfContained ? 1 : 0]), target);
  const dref = mp4Box('dref', Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), reference);
  const trak = mp4Box('trak', mp4Box('mdia', mp4Box('minf', mp4Box('dinf', dref))));
  return Buffer.concat([mp4Box('ftyp', 'qt  \0\0\0\0qt  '), mp4Box('moov', trak), mp4Box('mdat', Buffer.alloc(512))]);
}

/** An ID3v2.4 tag with this much padding. */
export function id3v2Tag(paddingBytes = 300): Buffer {
  const size = [21, 14, 7, 0].map((shift) => (paddingBytes >> shift) & 127);
  return Buffer.concat([Buffer.from('ID3\x04\0\0', 'latin1'), Buffer.from(size), Buffer.alloc(paddingBytes)]);
}

export const id3v1Tag = (): Buffer => Buffer.concat([Buffer.from('TAGTitle'), Buffer.alloc(120)]);

/** An APEv2 tag with one item, with header and footer. */
export function apev2Tag(): Buffer {
  const item = Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('Title\0abc')]);
  const edge = (flags: number) => {
    const bytes = Buffer.alloc(32, 'APETAGEX'.padEnd(32, '\0'));
    bytes.writeUInt32LE(2000, 8);
    bytes.writeUInt32LE(item.length + 32, 12);
    bytes.writeUInt32LE(1, 16);
    bytes.writeUInt32LE(flags, 20);
    return bytes;
  };
  return Buffer.concat([edge(0xa0000000), item, edge(0x80000000)]);
}

export interface OggPageOptions {
  readonly serial: number;
  /** At most 254 bytes: one segment. */
  readonly body: Buffer;
  readonly sequence?: number;
  /** 2: first page of a stream, 4: last page. */
  readonly flags?: number;
}

/** Builds an Ogg page with one packet and a valid checksum. */
export function oggPage({ serial, body, sequence = 0, flags = 0 }: OggPageOptions): Buffer {
  const page = Buffer.concat([Buffer.from('OggS\0'), Buffer.of(flags), Buffer.alloc(20), Buffer.of(1, body.length), body]);
  page.writeUInt32LE(serial, 14);
  page.writeUInt32LE(sequence, 18);
  page.writeUInt32LE(oggChecksum(page), 22);
  return page;
}

function oggChecksum(page: Buffer): number {
  let crc = 0;
  for (const byte of page) {
    crc = (crc ^ (byte << 24)) >>> 0;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1) >>> 0;
  }
  return crc;
}
