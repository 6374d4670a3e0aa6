/** Measures how fast one file leaves: once, over its first half megabyte, because a player that has enough stops reading. Pure but for the stream. */
import { pipeline, type Readable, Transform } from 'node:stream';

export const sampledBytes = 512 << 10;
/** Less says more of buffers on the way than of the network. */
const leastBytes = 192 << 10;

/**
 * @param onSpeed called at most once, with kb/s; not for less than 192 KiB
 * @returns the same bytes; destroying it destroys `source`
 */
export function metered(source: Readable, onSpeed: (kbps: number) => void, now: () => number = () => performance.now()): Readable {
  const startedAtMs = now();
  let bytes = 0;
  let isDone = false;
  const finish = () => {
    if (isDone || bytes < leastBytes) return;
    isDone = true;
    onSpeed((8 * bytes) / Math.max(1, now() - startedAtMs));
  };
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes >= sampledBytes) finish();
      done(null, chunk);
    },
    flush(done) {
      finish();
      done();
    },
  });
  // The error reaches whoever reads the meter.
  pipeline(source, meter, () => undefined);
  return meter;
}
