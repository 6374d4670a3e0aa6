import type { IncomingMessage } from 'node:http';
import { Failure } from '#contracts';
import { ReadDeadline } from '../http/read-deadline.ts';

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
  const deadline = new ReadDeadline(idleMs, () => (request.readableLength > 0 ? deadline.refresh() : giveUp())); // bytes that wait for our disk have arrived
  const heard = (chunk: Buffer) => {
    deadline.refresh();
    onBytes(chunk.length);
  };
  request.on('data', heard);
  return { signal: controller.signal, stalled: stalled.promise, done: () => stop(request, heard, deadline) };
}

function stop(request: IncomingMessage, heard: (chunk: Buffer) => void, deadline: ReadDeadline): void {
  deadline.stop();
  request.off('data', heard);
}
