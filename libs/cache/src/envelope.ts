import { crc32 } from 'node:zlib';
import { type Codec, type CompressionOptions, codecs, compress, decompress } from './compression.ts';
import { fromBytes, toBytes, type ValueKind, valueKinds } from './value-encoding.ts';

/** The generation of its namespace and of each tag under which an entry was written. An entry with an outdated stamp is invalidated. */
export interface Stamp {
  /** The server's run id: entries restored from a snapshot may predate an invalidation that the snapshot lost. */
  readonly runId: string;
  readonly namespace: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A value and its metadata. Times are Unix milliseconds; clocks of instances must agree within about a second (NTP). */
export interface Entry {
  readonly value: unknown;
  readonly storedAtMs: number;
  /** After this it is stale. */
  readonly freshUntilMs: number;
  /** After this it is never served. */
  readonly deadAtMs: number;
  readonly tags: readonly string[];
}

export interface SealedEntry {
  readonly id: string;
  readonly stamp: Stamp;
  readonly entry: Entry;
}

/*
 * id 8 | crc32 4 | version 1 | codec 1 | kind 1 | stampLength 2 | storedAt 8 | freshUntil 8 | deadAt 8 | stamp (JSON) | payload
 * The id comes first so that a script in Redis can compare it without reading the rest; the checksum covers all that follows it.
 */
const version = 1;
const headBytes = 41;
export const idBytes = 8;

export async function seal(id: string, stamp: Stamp, entry: Entry, options: CompressionOptions): Promise<Buffer> {
  const { kind, bytes } = toBytes(entry.value);
  const packed = await compress(bytes, options);
  const stampJson = Buffer.from(JSON.stringify([stamp.runId, stamp.namespace, stamp.tags]));
  const head = Buffer.alloc(headBytes);
  head.write(id, 0, idBytes, 'latin1');
  head.writeUInt8(version, 12);
  head.writeUInt8(codecs[packed.codec], 13);
  head.writeUInt8(valueKinds[kind], 14);
  head.writeUInt16LE(stampJson.length, 15);
  head.writeDoubleLE(entry.storedAtMs, 17);
  head.writeDoubleLE(entry.freshUntilMs, 25);
  head.writeDoubleLE(entry.deadAtMs, 33);
  const sealed = Buffer.concat([head, stampJson, packed.bytes]);
  sealed.writeUInt32LE(crc32(sealed.subarray(12)), 8);
  return sealed;
}

/** @throws RangeError when the bytes are not a sealed entry: garbage, cut short, of another version */
export async function unseal(sealed: Buffer, maxBytes: number): Promise<SealedEntry> {
  checkFrame(sealed);
  const stampEnd = headBytes + sealed.readUInt16LE(15);
  const stamp = readStamp(sealed.subarray(headBytes, stampEnd));
  const bytes = await decompress(named<Codec>(codecs, sealed.readUInt8(13)), sealed.subarray(stampEnd), maxBytes);
  const value = fromBytes(named<ValueKind>(valueKinds, sealed.readUInt8(14)), bytes);
  const entry: Entry = {
    value,
    storedAtMs: sealed.readDoubleLE(17),
    freshUntilMs: sealed.readDoubleLE(25),
    deadAtMs: sealed.readDoubleLE(33),
    tags: Object.keys(stamp.tags),
  };
  return { id: idOf(sealed), stamp, entry };
}

/** Reads `deadAtMs` without unsealing the entry. */
export const deadAtOf = (sealed: Buffer): number => (sealed.length < headBytes ? 0 : sealed.readDoubleLE(33));

export const idOf = (sealed: Buffer): string => sealed.toString('latin1', 0, idBytes);

function checkFrame(sealed: Buffer): void {
  if (sealed.length < headBytes) throw new RangeError('sealed entry is shorter than its header');
  if (sealed.readUInt32LE(8) !== crc32(sealed.subarray(12))) throw new RangeError('sealed entry has a wrong checksum');
  if (sealed.readUInt8(12) !== version) throw new RangeError('sealed entry has an unsupported version');
}

function readStamp(bytes: Buffer): Stamp {
  const [runId, namespace, tags] = JSON.parse(bytes.toString('utf8')) as [string, string, Record<string, string>];
  return { runId, namespace, tags };
}

function named<Name extends string>(table: Readonly<Record<Name, number>>, number: number): Name {
  const found = (Object.keys(table) as Name[]).find((name) => table[name] === number);
  if (found === undefined) throw new RangeError(`unknown code ${number}`);
  return found;
}
