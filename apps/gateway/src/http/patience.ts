/** How long we wait for an answer of our own making. All who wait here wait equally long, so they stand in one line and one timer serves them. */
import { Failure } from '#contracts';

export class Patience {
  readonly #forMs: number;
  readonly #nowMs: () => number;
  /** In the order in which they run out. */
  readonly #waiting = new Map<(failure: Failure) => void, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(forMs: number, nowMs: () => number = () => performance.now()) {
    this.#forMs = forMs;
    this.#nowMs = nowMs;
  }

  /**
   * @param read what is to be done with what comes of the work
   * @throws Failure `deadline-exceeded` when the work is not done in time; it is not told, and what comes of it later is dropped
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
      reject(new Failure('deadline-exceeded', 'The answer was not there in time.'));
    }
  }
}
