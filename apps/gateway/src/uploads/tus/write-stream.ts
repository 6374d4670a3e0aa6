/** Writes a request's body chunk by chunk, with backpressure. */
import type { Readable } from 'node:stream';
import { Writable } from 'node:stream';

/**
 * Hands every chunk of `source` to `write`, one after the other. When the source breaks off or `signal` aborts, what has come by then is
 * still written before this rejects; the source itself is left as it is, so that there is a connection to answer on.
 *
 * @throws what `write` threw; the signal's reason; the source's error
 */
export async function writeStream(source: Readable, write: (chunk: Buffer) => Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (source.destroyed && !source.readableEnded) throw brokenOff();
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => void write(chunk).then(() => done(), done),
  });
  const written = new Promise<void>((resolve, reject) => void sink.once('finish', resolve).once('error', reject));
  const listening = new AbortController();
  const fault = new Promise<unknown>((resolve) => {
    const stop = (error: unknown) => {
      source.unpipe(sink);
      sink.end();
      resolve(error);
    };
    signal.addEventListener('abort', () => stop(signal.reason), { signal: listening.signal });
    source.once('error', stop).once('close', () => (source.readableEnded ? resolve(undefined) : stop(brokenOff())));
    source.once('end', () => resolve(undefined));
    sink.once('error', resolve);
    if (source.readableEnded) resolve(undefined);
  });
  source.pipe(sink);
  try {
    await written;
    const error = await fault;
    if (error) throw error;
  } finally {
    listening.abort();
    source.unpipe(sink);
    sink.destroy();
  }
}

const brokenOff = () => Object.assign(new Error('the request broke off'), { code: 'ECONNRESET' });
