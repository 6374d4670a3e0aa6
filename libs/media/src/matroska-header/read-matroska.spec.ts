import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeVideoCorpus, type VideoCorpus } from '#testing';
import { inMemory, type RandomAccess } from '../random-access.ts';
import { nearestFraction } from './nearest-fraction.ts';
import { readMatroska } from './read-matroska.ts';

let corpus: VideoCorpus;
let film: Buffer;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
  const inputs = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=1', '-f', 'lavfi', '-i', 'sine=d=1'];
  film = await readFile(await corpus.make(...inputs, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', 'film.mkv'));
});
afterAll(() => corpus?.remove());

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const clusterAt = (bytes: Buffer) => bytes.indexOf(hex('1f43b675'));
/** The same bytes with the element at `id` changed from `offset` bytes behind it on. */
function changed(id: string, offset: number, value: string): Buffer {
  const bytes = Buffer.from(film);
  const at = bytes.indexOf(hex(id));
  expect(at).toBeGreaterThan(0);
  hex(value).copy(bytes, at + hex(id).length + offset);
  return bytes;
}

describe('readMatroska', () => {
  it('reads headers and the heads of blocks only', async () => {
    let bytesRead = 0;
    const file: RandomAccess = {
      sizeBytes: film.length,
      read: (offset, lengthBytes) => {
        bytesRead += lengthBytes;
        return inMemory(film).read(offset, lengthBytes);
      },
    };
    const read = await readMatroska(file, 60);
    expect([read?.streams.length, read?.packets.length]).toEqual([2, 60]);
    expect(bytesRead).toBeLessThan(10_000);
  });

  it('leaves a file with bytes that have been changed to ffprobe, or describes it, and always ends within its bound', async () => {
    const end = clusterAt(film) + 200;
    let described = 0;
    let most = 0;
    for (let at = 0; at < end; at += 2)
      for (const value of [0, 0x80, 0xff]) {
        const bytes = Buffer.from(film);
        bytes[at] = value;
        let reads = 0;
        const file: RandomAccess = {
          sizeBytes: bytes.length,
          read: (offset, lengthBytes) => {
            reads++;
            expect(lengthBytes).toBeLessThanOrEqual(4 << 20);
            return inMemory(bytes).read(offset, lengthBytes);
          },
        };
        if (await readMatroska(file, 60)) described++;
        most = Math.max(most, reads);
      }
    expect(described).toBeGreaterThan(0);
    expect(most).toBeLessThan(1_200);
  });

  it('leaves a file that ends anywhere to ffprobe', async () => {
    for (let size = 0; size < film.length; size += 37) expect(await readMatroska(inMemory(film.subarray(0, size)), 1_200)).toBeUndefined();
  });

  it.each([
    ['a segment of unknown size', '18538067', 0, '01 ff ff ff ff ff ff ff'],
    ['a segment of 2^55 bytes', '18538067', 0, '01 80 00 00 00 00 00 00'],
    ['a width of 0', '54b0', 0, '81 00'],
    ['times in microseconds', '2ad7b1', 0, '83 00 03 e8'],
  ])('leaves %s to ffprobe', async (_what, id, offset, value) => {
    const bytes = id === '54b0' ? changed('b0', offset, value) : changed(id, offset, value);
    expect(await readMatroska(inMemory(bytes), 1_200)).toBeUndefined();
  });

  it('leaves very many elements to ffprobe', async () => {
    const headBytes = film.indexOf(hex('18538067'));
    const many = Buffer.alloc(200_000, hex('ec80'));
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE((1n << 56n) | BigInt(many.length));
    const bytes = Buffer.concat([film.subarray(0, headBytes), hex('18538067'), size, many]);
    expect(await readMatroska(inMemory(bytes), 1_200)).toBeUndefined();
  });
});

describe('nearestFraction', () => {
  it.each([
    [1e9, 40_000_000, 30_000, '25/1'],
    [1e9, 33_366_667, 30_000, '30000/1001'],
    [1e9, 41_708_333, 30_000, '24000/1001'],
    [1e9, 16_683_333, 30_000, '19001/317'],
    [72 * 186, 128 * 72, 255, '93/64'],
    [1_000_003, 1_000_001, 255, '1/1'],
  ])('of %d by %d within %d is %s', (numerator, denominator, limit, expected) => {
    expect(nearestFraction(numerator, denominator, limit)).toBe(expected);
  });
});
