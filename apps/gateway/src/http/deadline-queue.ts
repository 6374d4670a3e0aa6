/** Enforces the deadline of replies. All entries of a queue have the same time limit, so they expire in order and share one timer. */
import { Failure } from '#contracts';

export class DeadlineQueue {
  readonly #forMs: number;
  readonly #nowMs: () => number;
  /** In order of expiry. */
  readonly #waiting = new Map<(failure: Failure) => void, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(forMs: number, nowMs: () => number = () => performance.now()) {
    this.#forMs = forMs;
    this.#nowMs = nowMs;
  }

  /**
   * @param read maps the result of the work
   * @throws Failure `deadline-exceeded` when the work takes too long; the work is not cancelled, its result is dropped
   */
  within<T, R>(work: Promise<T>, read: (value: T) => R): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#waiting.set(reject, this.#nowMs() + this.#forMs);
      this.#timer ??= this.#arm(this.#forMs);
      const done = (value: T) => {
        if (!this.#waiting.delete(reject)) return;
        try {
          resolve(read(value));
        } catch (error) {
          reject(error);
        }
      };
      work.then(done, (error: unknown) => {
        this.#waiting.delete(reject);
        reject(error);
      });
    });
  }

  #arm(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    this.#timer = undefined;
    const nowMs = this.#nowMs();
    for (const [reject, untilMs] of this.#waiting) {
      if (untilMs > nowMs) {
        this.#timer = this.#arm(untilMs - nowMs);
        return;
      }
      this.#waiting.delete(reject);
      reject(new Failure('deadline-exceeded', 'The request did not finish within its deadline.'));
    }
  }
}
