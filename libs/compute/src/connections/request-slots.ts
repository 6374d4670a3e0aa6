/** How many requests are under way to one upstream; the others wait in order, and only so many may wait. */
import { Failure } from '#contracts/plain';
import { abortFailure } from '../abort-reasons.ts';

export class RequestSlots {
  readonly #size: number;
  readonly #maxWaiting: number;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(size: number, maxWaiting: number) {
    this.#size = size;
    this.#maxWaiting = maxWaiting;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** @throws Failure `overloaded` when too many wait; the reason of `signal` */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#take(signal);
    try {
      return await work();
    } finally {
      this.#release();
    }
  }

  #take(signal: AbortSignal): Promise<void> | undefined {
    if (signal.aborted) throw abortFailure(signal);
    if (this.#taken < this.#size) {
      this.#taken++;
      return undefined;
    }
    if (this.#waiting.size >= this.#maxWaiting)
      throw new Failure('overloaded', 'Too many requests wait for this server.', { retryAfterSeconds: 1 });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      this.#waiting.delete(enter);
      reject(abortFailure(signal));
    };
    const enter = () => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.add(enter);
    return promise;
  }

  /** The slot goes to the one who has waited longest. */
  #release(): void {
    const [next] = this.#waiting;
    if (!next) return void this.#taken--;
    this.#waiting.delete(next);
    next();
  }
}
