import { crc32 } from 'node:zlib';
import { type Codec, type CompressionOptions, codecs, compress, decompress } from './compression.ts';
import { fromBytes, toBytes, type ValueKind, valueKinds } from './wire-value.ts';

/** Which generation of its namespace and of each tag an entry belongs to. An entry whose stamp is not today's was invalidated. */
export interface Stamp {
  /** Names one life of one Redis: entries revived from a snapshot may predate an invalidation that the snapshot lost. */
  readonly life: string;
  readonly namespace: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A value and what the tiers must know of it. Times are Unix milliseconds; instances are taken to agree within a second or so (NTP). */
export interface Entry {
  readonly value: unknown;
  readonly storedAtMs: number;
  /** Until here it is served as it is, then it is stale. */
  readonly freshUntilMs: number;
  /** From here on it is never served. */
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
  const stampJson = Buffer.from(JSON.stringify([stamp.life, stamp.namespace, stamp.tags]));
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

/** From here on the entry is never served; read without opening it. */
export const deadAtOf = (sealed: Buffer): number => (sealed.length < headBytes ? 0 : sealed.readDoubleLE(33));

export const idOf = (sealed: Buffer): string => sealed.toString('latin1', 0, idBytes);

function checkFrame(sealed: Buffer): void {
  if (sealed.length < headBytes) throw new RangeError('shorter than an entry');
  if (sealed.readUInt32LE(8) !== crc32(sealed.subarray(12))) throw new RangeError('checksum does not fit');
  if (sealed.readUInt8(12) !== version) throw new RangeError('an entry of another version');
}

function readStamp(bytes: Buffer): Stamp {
  const [life, namespace, tags] = JSON.parse(bytes.toString('utf8')) as [string, string, Record<string, string>];
  return { life, namespace, tags };
}

function named<Name extends string>(table: Readonly<Record<Name, number>>, number: number): Name {
  const found = (Object.keys(table) as Name[]).find((name) => table[name] === number);
  if (found === undefined) throw new RangeError(`unknown code ${number}`);
  return found;
}
