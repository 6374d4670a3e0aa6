import type { IncomingMessage } from 'node:http';
import { ReadDeadline } from './read-deadline.ts';

export interface DrainLimits {
  readonly maxBytes: number;
  readonly maxMs: number;
}

/** Enough for a client on a slow line to notice an early answer, little enough to make no work of it. */
const defaults: DrainLimits = { maxBytes: 64 * 1_024 * 1_024, maxMs: 3_000 };

/**
 * Reads and drops the rest of a refused body, up to a limit of bytes and time, then closes the connection. Closing at once would reset the connection and take
 * the answer with it before the client has read it (RFC 9112 §9.6).
 */
export function drainBody(request: IncomingMessage, { maxBytes, maxMs }: DrainLimits = defaults): void {
  if (request.complete || request.destroyed) return;
  let restBytes = maxBytes;
  const deadline = new ReadDeadline(maxMs, () => request.destroy());
  for (const ended of ['close', 'end']) request.once(ended, () => deadline.stop());
  request.unpipe();
  request.on('data', (chunk: Buffer) => {
    restBytes -= chunk.length;
    if (restBytes < 0) request.destroy();
  });
  request.resume();
}
