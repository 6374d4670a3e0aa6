/**
 * Writes ZIP archives as a stream: each entry is deflated, its size follows its data, all offsets are ZIP64. In memory: a chunk, and about 100 bytes and the name
 * of each entry for the directory at the end.
 *
 * @see PKWARE, "APPNOTE.TXT - .ZIP File Format Specification" 6.3.10
 */
import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';

export interface ZipEntry {
  /** With `/` between folders; at most 65,535 bytes in UTF-8. */
  readonly name: string;
  readonly modifiedAt: Date;
  /** False for what is compressed already: it is stored in blocks. */
  readonly isCompressible: boolean;
  readonly content: AsyncIterable<Uint8Array>;
}

const version = 45; // ZIP64
/** Sizes and checksum follow the data; names are UTF-8. */
const flags = 0x0808;
const deflate = 8;
const inExtraField = 0xffff_ffff;

interface WrittenEntry {
  readonly name: Buffer;
  readonly time: number;
  readonly crc: number;
  readonly size: number;
  readonly packed: number;
  readonly offset: number;
}

/** @throws RangeError for a name that is too long; what the content of an entry throws */
export async function* zip(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Buffer> {
  const written: WrittenEntry[] = [];
  let offset = 0;
  for await (const { name: text, modifiedAt, isCompressible, content } of entries) {
    const name = Buffer.from(text);
    if (name.length > 0xffff) throw new RangeError(`the name of an entry has ${name.length} bytes`);
    const start = offset;
    const time = dosTime(modifiedAt);
    const header = localHeader(name, time);
    yield header;
    const measured = { crc: 0, size: 0 };
    let packed = 0;
    const packer = zlib.createDeflateRaw({ level: isCompressible ? 6 : 0 });
    const source = Readable.from(measuring(content, measured), { objectMode: false });
    const packing = pipeline(source, packer, () => undefined); // its reader gets the error; ending it early ends the content
    for await (const piece of packing as AsyncIterable<Buffer>) {
      packed += piece.length;
      yield piece;
    }
    const entry = { name, time, packed, offset: start, ...measured };
    const descriptor = dataDescriptor(entry);
    yield descriptor;
    offset += header.length + packed + descriptor.length;
    written.push(entry);
  }
  let size = 0;
  for (const entry of written) {
    const header = centralHeader(entry);
    size += header.length;
    yield header;
  }
  yield endOfDirectory(written.length, size, offset);
}

async function* measuring(content: AsyncIterable<Uint8Array>, measured: { crc: number; size: number }): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    measured.crc = zlib.crc32(piece, measured.crc);
    measured.size += piece.length;
    yield piece;
  }
}

/** Date and time of MS-DOS in UTC, in steps of two seconds from 1980 to 2107. */
function dosTime(at: Date): number {
  const year = Math.min(127, Math.max(0, at.getUTCFullYear() - 1_980));
  const date = (year << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((date << 16) | time) >>> 0;
}

class Record {
  readonly bytes: Buffer;
  #at = 0;

  constructor(length: number) {
    this.bytes = Buffer.alloc(length);
  }

  /** Little-endian numbers of 2, 4 or 8 bytes. */
  numbers(size: 2 | 4 | 8, ...values: number[]): this {
    for (const value of values) {
      if (size === 8) this.bytes.writeBigUInt64LE(BigInt(value), this.#at);
      else this.bytes.writeUIntLE(value, this.#at, size);
      this.#at += size;
    }
    return this;
  }

  text(bytes: Buffer): this {
    this.#at += bytes.copy(this.bytes, this.#at);
    return this;
  }
}

/** Its extra field tells readers that the sizes after the data have 8 bytes. */
const localHeader = (name: Buffer, time: number): Buffer =>
  new Record(50 + name.length)
    .numbers(4, 0x0403_4b50)
    .numbers(2, version, flags, deflate)
    .numbers(4, time, 0, inExtraField, inExtraField)
    .numbers(2, name.length, 20)
    .text(name)
    .numbers(2, 1, 16)
    .numbers(8, 0, 0).bytes;

const dataDescriptor = ({ crc, packed, size }: WrittenEntry): Buffer =>
  new Record(24).numbers(4, 0x0807_4b50, crc).numbers(8, packed, size).bytes;

const centralHeader = ({ name, time, crc, packed, size, offset }: WrittenEntry): Buffer =>
  new Record(74 + name.length)
    .numbers(4, 0x0201_4b50)
    .numbers(2, version, version, flags, deflate)
    .numbers(4, time, crc, inExtraField, inExtraField)
    .numbers(2, name.length, 28, 0, 0, 0)
    .numbers(4, 0, inExtraField)
    .text(name)
    .numbers(2, 1, 24)
    .numbers(8, size, packed, offset).bytes;

const endOfDirectory = (count: number, size: number, offset: number): Buffer =>
  new Record(98)
    .numbers(4, 0x0606_4b50)
    .numbers(8, 44)
    .numbers(2, version, version)
    .numbers(4, 0, 0)
    .numbers(8, count, count, size, offset)
    .numbers(4, 0x0706_4b50, 0)
    .numbers(8, offset + size)
    .numbers(4, 1, 0x0605_4b50)
    .numbers(2, 0, 0, 0xffff, 0xffff)
    .numbers(4, inExtraField, inExtraField)
    .numbers(2, 0).bytes;
