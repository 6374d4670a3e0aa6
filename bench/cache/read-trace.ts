import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

export type Key = number | string;

/**
 * Reads a trace, one integer key a line, without holding it; `.gz` is unpacked. Keys beyond 2^53 stay text.
 *
 * @throws RangeError for a line that is no integer
 */
export async function* readTrace(file: string): AsyncGenerator<Key[]> {
  const bytes = createReadStream(file, { highWaterMark: 1 << 20 });
  const input = file.endsWith('.gz') ? bytes.pipe(createGunzip({ chunkSize: 1 << 18 })) : bytes;
  bytes.on('error', (error) => input.destroy(error));
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + (chunk as Buffer).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    yield lines.flatMap(keyOf);
  }
  yield keyOf(rest);
}

function keyOf(line: string): Key[] {
  const text = line.trim();
  if (text === '') return [];
  const key = Number(text);
  if (Number.isSafeInteger(key)) return [key];
  if (!/^[+-]?\d+$/.test(text)) throw new RangeError(`not an integer key: ${text.slice(0, 40)}`);
  return [text];
}
