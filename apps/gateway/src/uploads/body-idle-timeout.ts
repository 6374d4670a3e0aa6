import type { IncomingMessage } from 'node:http';
import { Failure } from '#contracts';

export interface BodyIdleTimeout {
  /** Aborts, with the failure as its reason, when nothing has arrived for too long. */
  readonly signal: AbortSignal;
  /** Rejects at that moment; never resolves. */
  readonly stalled: Promise<never>;
  done(): void;
}

/** A body may take long, but must not stall: a client that sends nothing occupies a connection, a parser and a temporary file. */
export function watchBodyIdle(request: IncomingMessage, idleMs: number, onBytes: (bytes: number) => void): BodyIdleTimeout {
  const controller = new AbortController();
  const stalled = Promise.withResolvers<never>();
  const giveUp = () => {
    const failure = new Failure('request-timeout', `Nothing has arrived for ${Math.ceil(idleMs / 1_000)} seconds.`);
    controller.abort(failure);
    stalled.reject(failure);
  };
  const timer = setTimeout(giveUp, idleMs);
  const heard = (chunk: Buffer) => {
    timer.refresh();
    onBytes(chunk.length);
  };
  request.on('data', heard);
  return { signal: controller.signal, stalled: stalled.promise, done: () => stop(request, heard, timer) };
}

function stop(request: IncomingMessage, heard: (chunk: Buffer) => void, timer: NodeJS.Timeout): void {
  clearTimeout(timer);
  request.off('data', heard);
}
