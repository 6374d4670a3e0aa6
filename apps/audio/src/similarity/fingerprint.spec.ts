import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demuxerOf } from '#media';
import { encodeWav, type MediaCorpus, makeMediaCorpus, mediaTools, seededRandom } from '#testing';
import { align, bytesOf, fingerprintFile, hashesOf, itemsOf, secondsPerItem } from './fingerprint.ts';

let corpus: MediaCorpus;
let original: Uint32Array;
let path: string;
beforeAll(async () => {
  corpus = await makeMediaCorpus();
  path = await corpus.write('song.wav', encodeWav([tune(30, 7)], 22_050));
  original = await fingerprint(path, 'wav');
});
afterAll(() => corpus.remove());

/** A melody of random notes. */
function tune(seconds: number, seed: number): Float32Array {
  const next = seededRandom(seed);
  const notes = Array.from({ length: seconds * 4 }, () => 110 * 2 ** (Math.floor(next() * 36) / 12));
  return Float32Array.from({ length: seconds * 22_050 }, (_, at) => {
    const [second, hz] = [at / 22_050, notes[Math.floor((at / 22_050) * 4)]!];
    return 0.2 * Math.exp(-4 * ((second * 4) % 1)) * [1, 2, 3].reduce((sum, k) => sum + Math.sin(2 * Math.PI * k * hz * second) / k, 0);
  });
}

const fingerprint = (file: string, container: keyof typeof demuxerOf) =>
  fingerprintFile(file, { tools: mediaTools, demuxers: [demuxerOf[container]], timeoutMs: 30_000 });

async function copy(name: string, container: keyof typeof demuxerOf, ...args: readonly string[]) {
  const items = await fingerprint(await corpus.make('-i', path, ...args, name), container);
  const common = hashesOf(items).filter((hash) => hashesOf(original).includes(hash)).length;
  return { aligned: align(original, items), common };
}

describe('a fingerprint', () => {
  it.each([
    ['re-encoded', 'low.mp3', 'mp3', ['-b:a', '64k'], 0],
    ['trimmed', 'cut.flac', 'flac', ['-ss', '7.3'], -7.3],
    ['louder', 'loud.flac', 'flac', ['-af', 'volume=6dB'], 0],
    ['preceded by silence', 'late.ogg', 'ogg', ['-af', 'adelay=2500'], 2.5],
  ] as const)('finds a copy that is %s, with its offset', async (_, name, container, args, offsetSeconds) => {
    const { aligned, common } = await copy(name, container, ...args);
    expect(aligned?.similarity).toBeGreaterThan(0.6);
    expect(Math.abs(aligned!.offset * secondsPerItem - offsetSeconds)).toBeLessThan(0.15);
    expect(common).toBeGreaterThanOrEqual(2);
  });

  it('does not take another piece for a copy', async () => {
    const other = await corpus.write('other.wav', encodeWav([tune(30, 8)], 22_050));
    expect(align(original, await fingerprint(other, 'wav'))).toBeUndefined();
  });

  it('is the same after it was stored, and bounded for what is all alike', () => {
    expect(itemsOf(bytesOf(original))).toEqual(original);
    const silence = new Uint32Array(30_000).fill(627_964_279);
    expect([align(silence, silence), hashesOf(silence)]).toEqual([undefined, []]);
    expect(hashesOf(Uint32Array.from({ length: 30_000 }, (_, at) => Math.imul(at, 2_654_435_761)))).toHaveLength(512);
  });

  it('is empty for a second of sound', async () => {
    const items = await fingerprint(await corpus.make('-f', 'lavfi', '-i', 'sine=d=1', 'short.wav'), 'wav');
    expect([items.length, align(items, original)]).toEqual([0, undefined]);
  });
});
