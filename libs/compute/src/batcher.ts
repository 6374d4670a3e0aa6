/** Collects single items into batches: a batch is flushed when it is full or when its first item has waited `maxDelayMs`. */
import { Failure } from '#contracts/plain';
import { type Clock, systemClock } from './clock.ts';

export interface BatcherOptions<Item, Result> {
  /** Processes a batch; returns one result per item, in the same order. An error rejects every item of the batch. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly maxItems: number;
  /** How long the first item of a batch waits for more. */
  readonly maxDelayMs: number;
  /** Limit of items that wait or are being flushed; the next one is refused. Default 16 batches. */
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
  readonly #flushing = new Set<Promise<void>>();
  #waiting: Entry<Item, Result>[] = [];
  #pending = 0;
  #closed = false;
  #cancelTimer: (() => void) | undefined;

  constructor(options: BatcherOptions<Item, Result>) {
    if (!(options.maxItems >= 1) || !(options.maxDelayMs >= 0))
      throw new RangeError('maxItems must be at least 1 and maxDelayMs at least 0');
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Items that wait or are being flushed. */
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
    else this.#cancelTimer ??= this.#clock.after(this.#options.maxDelayMs, () => this.flush());
    return result;
  }

  /** Flushes the waiting items now. */
  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const entries = this.#waiting;
    this.#waiting = [];
    if (entries.length === 0) return;
    const sending = this.#send(entries).finally(() => this.#flushing.delete(sending));
    this.#flushing.add(sending);
  }

  /** Accepts no more items, flushes the waiting ones and resolves when all batches are done. */
  async close(): Promise<void> {
    this.#closed = true;
    this.flush();
    await Promise.all(this.#flushing);
  }

  /** Never rejects: outcomes go to the callers of `add`. */
  async #send(entries: readonly Entry<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.flush(entries.map(({ item }) => item));
      if (results.length !== entries.length) throw new RangeError(`flush returned ${results.length} results for ${entries.length} items`);
      for (const [index, { resolve }] of entries.entries()) resolve(results[index]!);
    } catch (error) {
      for (const { reject } of entries) reject(error);
    } finally {
      this.#pending -= entries.length;
    }
  }
}

const full = () => new Failure('overloaded', 'Too many items are waiting. Try again later.', { retryAfterSeconds: 1 });
