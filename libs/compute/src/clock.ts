import { abortFailure } from './abort.ts';

/** Time as something that a test can hold in its hand. */
export interface Clock {
  /** Milliseconds that only grow; where they start means nothing. */
  nowMs(): number;
  /** Calls back once; the returned function takes it back. */
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
    const wake = () => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const takeBack = clock.after(delayMs, wake);
    const leave = () => {
      takeBack();
      reject(abortFailure(signal!));
    };
    signal?.addEventListener('abort', leave, { once: true });
  });
}
