/** Many small calls made into few large ones: a batch leaves when it is full or when its first item has waited long enough. */
import { Failure } from '#contracts';
import { type Clock, systemClock } from './clock.ts';

export interface BatcherOptions<Item, Result> {
  /** Does a whole batch; one result an item, in the same order. What it throws is thrown to each of the batch. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly maxItems: number;
  /** How long the first item of a batch waits for others. */
  readonly maxDelayMs: number;
  /** Items waiting or under way; the next one is refused. Default 16 batches. */
  readonly maxPending?: number;
  readonly clock?: Clock;
}

interface Entry<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export class Batcher<Item, Result = void> {
  readonly #options: BatcherOptions<Item, Result>;
  readonly #clock: Clock;
  readonly #underWay = new Set<Promise<void>>();
  #waiting: Entry<Item, Result>[] = [];
  #pending = 0;
  #closed = false;
  #takeBackTimer: (() => void) | undefined;

  constructor(options: BatcherOptions<Item, Result>) {
    if (!(options.maxItems >= 1) || !(options.maxDelayMs >= 0))
      throw new RangeError('a batch holds at least one item and waits 0 ms or more');
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Items waiting or under way. */
  get pending(): number {
    return this.#pending;
  }

  /** @throws Failure `overloaded` when too much is pending, `service-unavailable` after `close`; what `flush` throws for its batch */
  async add(item: Item): Promise<Result> {
    if (this.#closed) throw new Failure('service-unavailable', 'This process is shutting down.', { retryAfterSeconds: 1 });
    if (this.#pending >= (this.#options.maxPending ?? 16 * this.#options.maxItems)) throw full();
    const result = new Promise<Result>((resolve, reject) => {
      this.#pending++;
      this.#waiting.push({ item, resolve, reject });
    });
    if (this.#waiting.length >= this.#options.maxItems) this.flush();
    else this.#takeBackTimer ??= this.#clock.after(this.#options.maxDelayMs, () => this.flush());
    return result;
  }

  /** Sends what waits, now. */
  flush(): void {
    this.#takeBackTimer?.();
    this.#takeBackTimer = undefined;
    const entries = this.#waiting;
    this.#waiting = [];
    if (entries.length === 0) return;
    const sending = this.#send(entries).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** Takes no more, sends what waits and returns when everything under way is done. */
  async close(): Promise<void> {
    this.#closed = true;
    this.flush();
    await Promise.all(this.#underWay);
  }

  /** Never rejects: every outcome goes to the callers of `add`. */
  async #send(entries: readonly Entry<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.flush(entries.map(({ item }) => item));
      if (results.length !== entries.length) throw new RangeError(`${entries.length} items in a batch, ${results.length} results`);
      for (const [index, { resolve }] of entries.entries()) resolve(results[index]!);
    } catch (error) {
      for (const { reject } of entries) reject(error);
    } finally {
      this.#pending -= entries.length;
    }
  }
}

const full = () => new Failure('overloaded', 'Too much is waiting to be written. Try again later.', { retryAfterSeconds: 1 });
