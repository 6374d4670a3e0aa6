/** Compresses answers, off the event loop. The same bytes are compressed once while they are asked for again. */
import { pipeline, type Readable } from 'node:stream';
import { promisify } from 'node:util';
// As a whole: a named import that an older Node lacks would end the process before it can say which version it needs.
import zlib, { type InputType } from 'node:zlib';
import type { Coding } from './content-coding.ts';

const brotliOptions = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } };
const zstdOptions = { params: { [zlib.constants.ZSTD_c_compressionLevel]: 3 } };
const gzipOptions = { level: 5 };

const [asGzip, asBrotli] = [promisify(zlib.gzip), promisify(zlib.brotliCompress)];
const asZstd = (bytes: InputType, options: zlib.ZstdOptions) => promisify(zlib.zstdCompress)(bytes, options);
const compressors: Readonly<Record<Coding, (bytes: InputType) => Promise<Buffer>>> = {
  gzip: (bytes) => asGzip(bytes, gzipOptions),
  br: (bytes) => asBrotli(bytes, brotliOptions),
  zstd: (bytes) => asZstd(bytes, zstdOptions),
};
const streams = {
  gzip: () => zlib.createGzip(gzipOptions),
  br: () => zlib.createBrotliCompress(brotliOptions),
  zstd: () => zlib.createZstdCompress(zstdOptions),
} as const;

/** Compressed answers at the same time; further ones leave as they are. */
const mostAtOnce = 32;
const mostKept = 64;
const mostKeptBytes = 8 * 1_024 * 1_024;

export class Compressor {
  private running = 0;
  private keptBytes = 0;
  /** By strong tag, least recently used first. */
  private readonly kept = new Map<string, Buffer>();

  get hasRoom(): boolean {
    return this.running < mostAtOnce;
  }

  /** @param tag strong tag of the coded representation; absent: the result is not kept */
  async compress(bytes: string | Buffer, coding: Coding, tag: string | undefined): Promise<Buffer> {
    const known = tag === undefined ? undefined : this.kept.get(tag);
    if (known && tag !== undefined) return this.keep(tag, known);
    this.running++;
    try {
      const coded = await compressors[coding](bytes);
      return tag === undefined ? coded : this.keep(tag, coded);
    } finally {
      this.running--;
    }
  }

  private keep(tag: string, coded: Buffer): Buffer {
    this.forget(tag);
    this.kept.set(tag, coded);
    this.keptBytes += coded.length;
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= mostKept && this.keptBytes <= mostKeptBytes) break;
      this.forget(oldest);
    }
    return coded;
  }

  private forget(tag: string): void {
    this.keptBytes -= this.kept.get(tag)?.length ?? 0;
    this.kept.delete(tag);
  }
}

/** An error or the end of either side ends the other. */
export function compressStream(source: Readable, coding: Coding): Readable {
  const coded = streams[coding]();
  pipeline(source, coded, () => undefined);
  return coded;
}
