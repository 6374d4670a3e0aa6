import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** Reads a trace, one integer key a line, without holding it; `.gz` is unpacked. Keys beyond 2^53 stay text. */
export async function* readTrace(file: string): AsyncGenerator<number | string> {
  const bytes = createReadStream(file, { highWaterMark: 1 << 20 });
  const input = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  bytes.on('error', (error) => input.destroy(error));
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const text = line.trim();
    if (text === '') continue;
    if (!/^[+-]?\d+$/.test(text)) throw new RangeError(`not an integer key: ${text.slice(0, 40)}`);
    const key = Number(text);
    yield Number.isSafeInteger(key) ? key : text;
  }
}
