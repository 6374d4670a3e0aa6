/**
 * How long a file that we have encoded plays, from what its header says: without what encoders put before and behind the sound. For files of untrusted
 * origin there is ffprobe.
 */
import { type RandomAccess, withFile } from '#media';
import type { EncodingPlan } from './encoding-plan.ts';

type Read = (file: RandomAccess, plan: EncodingPlan) => Promise<number | undefined>;

/** @returns seconds; undefined where the header is not as we know it */
export function encodedDuration(path: string, plan: EncodingPlan): Promise<number | undefined> {
  return withFile(path, (file) => readers[plan.muxer]?.(file, plan) ?? Promise.resolve(undefined));
}

/**
 * The number of frames of the information frame, less the delay and the padding of its LAME tag.
 *
 * @see G. Bouvigne, "MP3 Info Tag" revision 1; ID3v2.4.0 §3.1 (size of the tag)
 */
const readMp3: Read = async (file, { sampleRateHz, channels }) => {
  const tag = await file.read(0, 10);
  const tagBytes = tag.toString('latin1', 0, 3) === 'ID3' ? 10 + tag.subarray(6).reduce((size, byte) => 128 * size + byte, 0) : 0;
  const frame = await file.read(tagBytes, 4 + 32 + 144);
  const isMpeg1 = sampleRateHz >= 32_000;
  const at = 4 + (isMpeg1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17);
  if (frame.length < at + 144 || !['Xing', 'Info'].includes(frame.toString('latin1', at, at + 4)) || !(frame[at + 7]! & 1))
    return undefined;
  const silence = frame.readUIntBE(at + 141, 3); // 12 bits before the sound, 12 behind it
  const samples = frame.readUInt32BE(at + 8) * (isMpeg1 ? 1_152 : 576) - (silence >> 12) - (silence & 0xfff);
  return samples / sampleRateHz;
};

const largestPageBytes = 65_307;
const opusRateHz = 48_000;

/** The position of the last page, less the pre-skip of Opus. @see RFC 3533 §6; RFC 7845 §4 and §5.1 */
const readOgg: Read = async (file, { encoder, sampleRateHz }) => {
  const tail = await file.read(file.sizeBytes - largestPageBytes, largestPageBytes);
  const at = lastPage(tail);
  if (at === undefined) return undefined;
  const position = Number(tail.readBigInt64LE(at + 6));
  if (encoder !== 'libopus') return position / sampleRateHz;
  const head = await file.read(28, 12);
  return head.toString('latin1', 0, 8) === 'OpusHead' ? (position - head.readUInt16LE(10)) / opusRateHz : undefined;
};

/** @returns where the page begins with which the file ends */
function lastPage(tail: Buffer): number | undefined {
  for (let at = tail.lastIndexOf('OggS'); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf('OggS', at - 1)) {
    const segments = tail[at + 26];
    if (segments === undefined) continue;
    const bodyBytes = tail.subarray(at + 27, at + 27 + segments).reduce((sum, lacing) => sum + lacing, 0);
    if (at + 27 + segments + bodyBytes === tail.length) return at;
  }
  return undefined;
}

const mostBoxes = 16;

/** That of the movie header, which counts the edit list. @see ISO/IEC 14496-12 §8.2.2 */
const readM4a: Read = async (file) => {
  for (let at = 0, boxes = 0; boxes < mostBoxes; boxes++) {
    const head = await file.read(at, 8 + 8 + 32);
    if (head.length < 8 + 8 + 32) return undefined;
    if (head.toString('latin1', 4, 8) === 'moov') {
      const movie = head.subarray(16); // its first box is the header
      const [unitsPerSecond, units] =
        movie[0] === 1 ? [movie.readUInt32BE(20), Number(movie.readBigUInt64BE(24))] : [movie.readUInt32BE(12), movie.readUInt32BE(16)];
      return head.toString('latin1', 12, 16) === 'mvhd' && unitsPerSecond > 0 ? units / unitsPerSecond : undefined;
    }
    const sizeBytes = head.readUInt32BE(0);
    at += sizeBytes === 1 ? Number(head.readBigUInt64BE(8)) : sizeBytes;
  }
  return undefined;
};

const mostChunks = 64;

/** The bytes of the chunk `data` by those of a sample. @see EBU Tech 3306 §3 (RF64 keeps the size in `ds64`) */
const readWav: Read = async (file) => {
  let bytesPerSecond = 0;
  let longBytes: number | undefined;
  for (let at = 12, chunks = 0; chunks < mostChunks; chunks++) {
    const head = await file.read(at, 24);
    if (head.length < 24) return undefined;
    const [id, sizeBytes] = [head.toString('latin1', 0, 4), head.readUInt32LE(4)];
    if (id === 'fmt ') bytesPerSecond = head.readUInt32LE(16);
    if (id === 'ds64') longBytes = Number(head.readBigUInt64LE(16));
    if (id === 'data') return bytesPerSecond > 0 ? (longBytes ?? sizeBytes) / bytesPerSecond : undefined;
    at += 8 + sizeBytes + (sizeBytes & 1);
  }
  return undefined;
};

/** By ffmpeg's name of the muxer. */
const readers: Readonly<Record<string, Read | undefined>> = { mp3: readMp3, ogg: readOgg, ipod: readM4a, wav: readWav };
