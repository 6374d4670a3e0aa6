import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** @returns 64 lower-case hexadecimal digits */
export async function sha256OfStream(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest('hex');
}
