import { abortFailure } from './abort-reasons.ts';

/** Time as a dependency, so that tests can control it. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary start. */
  nowMs(): number;
  /** Calls back once; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** @throws Failure `cancelled`, or the signal's own failure, as soon as it aborts */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortFailure(signal));
    const onElapsed = () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    };
    const cancel = clock.after(delayMs, onElapsed);
    const onAbort = () => {
      cancel();
      reject(abortFailure(signal!));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
