import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { compressSync, uncompress, uncompressSync } from 'lz4-napi';

// By property: a name that Node 20 does not export would end a service before it can say which Node it needs.
const { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } = zlib;

/** The codec byte of a stored value. Numbers must never change: entries outlive a deployment. */
export const codecs = { raw: 0, lz4: 1, zstd: 2 } as const;
export type Codec = keyof typeof codecs;

export interface CompressionOptions {
  readonly enabled: boolean;
  /** Smaller values stay raw: node's zstd costs about 20 µs per call at any size. */
  readonly thresholdBytes: number;
  /** Larger values stay raw: compressing them takes long, and most are media that do not compress. */
  readonly maxBytes: number;
  /** `auto` takes zstd; `lz4` decompresses three times faster and leaves about 1.6 times the bytes. */
  readonly codec: 'auto' | 'lz4' | 'zstd';
}

export const defaultCompression: CompressionOptions = { enabled: true, thresholdBytes: 1_024, maxBytes: 8 * 1_024 * 1_024, codec: 'auto' };

/** Larger values are compressed off the event loop. */
const syncLimitBytes = 64 * 1_024;
/** The compressed size must be below this share of the original to justify decompression later. */
const worthwhileRatio = 0.9;
const zstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
const zstdAsync = promisify(zstdCompress);
const unzstdAsync = promisify(zstdDecompress);

/** @returns the codec used (raw when the bytes do not compress) and the bytes to store */
export async function compress(bytes: Buffer, options: CompressionOptions): Promise<{ codec: Codec; bytes: Buffer }> {
  if (!options.enabled || bytes.length < options.thresholdBytes || bytes.length > options.maxBytes) return { codec: 'raw', bytes };
  const codec: Codec = options.codec === 'lz4' ? 'lz4' : 'zstd';
  if (looksIncompressible(bytes)) return { codec: 'raw', bytes };
  const packed = await pack(codec, bytes);
  return packed.length < bytes.length * worthwhileRatio ? { codec, bytes: packed } : { codec: 'raw', bytes };
}

/**
 * @param maxBytes refuses to unpack beyond this: what comes back from a store may be garbage
 * @throws when the bytes are not what the codec says
 */
export function decompress(codec: Codec, bytes: Buffer, maxBytes: number): Buffer | Promise<Buffer> {
  if (codec === 'raw') return bytes;
  const options = { maxOutputLength: maxBytes };
  if (codec === 'zstd') return bytes.length > syncLimitBytes ? unzstdAsync(bytes, options) : zstdDecompressSync(bytes, options);
  if (bytes.length < 4 || bytes.readUInt32LE(0) > maxBytes) throw new RangeError('lz4 block claims more bytes than allowed');
  return bytes.length > syncLimitBytes ? uncompress(bytes) : uncompressSync(bytes);
}

/** Compresses a sample from the middle of a large value first, to skip data that does not compress. */
function looksIncompressible(bytes: Buffer): boolean {
  if (bytes.length < syncLimitBytes) return false;
  const middle = bytes.length >> 1;
  const sample = bytes.subarray(middle, middle + 4_096);
  return zstdCompressSync(sample, zstdOptions).length > sample.length * worthwhileRatio;
}

function pack(codec: Codec, bytes: Buffer): Buffer | Promise<Buffer> {
  if (codec === 'lz4') return compressSync(bytes);
  return bytes.length > syncLimitBytes ? zstdAsync(bytes, zstdOptions) : zstdCompressSync(bytes, zstdOptions);
}
