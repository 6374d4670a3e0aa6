/** Compression of files as streams. */
import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib'; // by name, Zstandard would end the start of older versions of Node
import type { DataExport } from '#contracts';

type Compression = DataExport['compression'];

/** Levels that keep up with a database; see bench/documents. */
const compressors = {
  gzip: () => zlib.createGzip({ level: 6 }),
  zstd: () => zlib.createZstdCompress({ params: { [zlib.constants.ZSTD_c_compressionLevel]: 3 } }),
  br: () => zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
};

/** Zstandard came with Node 22.15. */
export const canCompress = (compression: Compression): boolean => compression !== 'zstd' || typeof zlib.createZstdCompress === 'function';

/** An error of `content` destroys the stream with it; destroying the stream ends `content`. */
export function compressed(content: AsyncIterable<string | Uint8Array>, compression: Compression): Readable {
  const source = Readable.from(bytesOf(content), { objectMode: false });
  if (compression === 'none') return source;
  return pipeline(source, compressors[compression](), () => undefined); // the reader of the stream gets the error
}

async function* bytesOf(content: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of content) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}
