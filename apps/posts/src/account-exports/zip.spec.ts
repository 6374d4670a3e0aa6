import { crc32, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { type ZipEntry, zip } from './zip.ts';

const modifiedAt = new Date('2026-01-31T12:34:56Z');

async function* pieces(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part as Uint8Array);
}
async function* entriesOf(...entries: Partial<ZipEntry>[]): AsyncGenerator<ZipEntry> {
  for (const entry of entries) yield { name: 'a', modifiedAt, isCompressible: true, content: pieces(), ...entry };
}
async function archive(...entries: Partial<ZipEntry>[]): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of zip(entriesOf(...entries))) all.push(piece);
  return Buffer.concat(all);
}

/** Reads the directory at the end, and the data where it says. */
function read(bytes: Buffer): { name: string; content: Buffer }[] {
  const end = bytes.length - 98;
  expect(bytes.readUInt32LE(end)).toBe(0x0606_4b50);
  const count = Number(bytes.readBigUInt64LE(end + 32));
  let at = Number(bytes.readBigUInt64LE(end + 48));
  return Array.from({ length: count }, () => {
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const [size, packed, offset] = [4, 12, 20].map((place) => Number(bytes.readBigUInt64LE(at + 46 + nameLength + place))) as [
      number,
      number,
      number,
    ];
    const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
    const content = inflateRawSync(bytes.subarray(start, start + packed));
    expect(content.length).toBe(size);
    expect(crc32(content)).toBe(bytes.readUInt32LE(at + 16));
    expect(bytes.readUInt32LE(start + packed + 4)).toBe(bytes.readUInt32LE(at + 16));
    at += 74 + nameLength;
    return { name, content };
  });
}

const noise = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 2_654_435_761) >>> 24));

describe('a ZIP archive', () => {
  it('holds each entry under its name, deflated or as it is', async () => {
    const bytes = await archive(
      { name: 'data/tracks.ndjson', content: pieces('{"a":1}\n', '{"a":2}\n') },
      { name: 'files/año 🎧.wav', content: pieces(noise), isCompressible: false },
      { name: 'empty' },
    );
    expect(read(bytes).map(({ name, content }) => [name, content.length])).toEqual([
      ['data/tracks.ndjson', 16],
      ['files/año 🎧.wav', 200_000],
      ['empty', 0],
    ]);
    expect(read(bytes)[1]!.content.equals(noise)).toBe(true);
  });

  it('is empty without an entry', async () => expect(read(await archive())).toEqual([]));

  it('gives out what it has before the next entry is asked for, and ends with the error of its content', async () => {
    let asked = 0;
    async function* slowly(): AsyncGenerator<ZipEntry> {
      for (const name of ['a', 'b', 'c']) {
        asked++;
        yield { name, modifiedAt, isCompressible: false, content: pieces(noise) };
      }
    }
    const bytes = zip(slowly());
    await bytes.next();
    await bytes.next();
    expect(asked).toBe(1);
    await bytes.return(undefined);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      throw new Error('the disk is gone');
    }
    await expect(archive({ content: broken() })).rejects.toThrow('the disk is gone');
    await expect(archive({ name: 'x'.repeat(70_000) })).rejects.toThrow(RangeError);
  });
});
