/** Compression of files as streams. */
import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib'; // by name, Zstandard would end the start of older versions of Node
import type { DataExport } from '#contracts';

type Compression = DataExport['compression'];

/** Bytes that a compressor gives out at a time: each piece is one turn of a thread of its own, beside the one that writes rows. */
const chunkSize = 64 * 1_024;

/**
 * Levels at which the thread that compresses keeps up with the one that writes rows (`npm run bench -- documents exports`): of documents with their
 * analyses gzip 6 and Zstandard 3 make files that are smaller by 9% and 23%, at 1.6 times the CPU. A window of 128 KiB stays in the cache of a core: a
 * quarter less CPU than the usual 512 KiB, for files that are 2% larger; a larger hash table (`memLevel`) saves gzip a tenth.
 */
const compressors = {
  gzip: () => zlib.createGzip({ level: 1, memLevel: 9, chunkSize }),
  zstd: () =>
    zlib.createZstdCompress({ params: { [zlib.constants.ZSTD_c_compressionLevel]: 1, [zlib.constants.ZSTD_c_windowLog]: 17 }, chunkSize }),
  br: () => zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 }, chunkSize }),
};

/** Zstandard came with Node 22.15. */
export const canCompress = (compression: Compression): boolean => compression !== 'zstd' || typeof zlib.createZstdCompress === 'function';

/** An error of `content` destroys the stream with it; destroying the stream ends `content`. */
export function compressed(content: AsyncIterable<Uint8Array>, compression: Compression): Readable {
  const source = Readable.from(content, { objectMode: false });
  if (compression === 'none') return source;
  return pipeline(source, compressors[compression](), () => undefined); // the reader of the stream gets the error
}
