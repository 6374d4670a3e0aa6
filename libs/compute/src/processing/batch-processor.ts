/** Collects items and works on 100 of them at a time, or on what has come within 2 seconds. */
import { Batcher } from '../batcher.ts';
import { type Clock, systemClock } from '../clock.ts';
import { type RetryPolicy, retry } from '../retry.ts';

export interface BatchProcessorOptions<Item> {
  /** Has to be safe to repeat. */
  readonly work: (items: readonly Item[]) => Promise<void>;
  /** Default 100. */
  readonly maxItems?: number;
  /** How long the first item of a batch waits for others; default 2,000. */
  readonly maxDelayMs?: number;
  readonly retry?: RetryPolicy;
  readonly clock?: Clock;
}

export class BatchProcessor<Item> {
  readonly #batcher: Batcher<Item>;

  constructor({ work, maxItems = 100, maxDelayMs = 2_000, retry: policy, clock = systemClock }: BatchProcessorOptions<Item>) {
    const flush = async (items: readonly Item[]) => {
      await retry(() => work(items), policy, { clock });
      return items.map(() => undefined);
    };
    this.#batcher = new Batcher({ flush, maxItems, maxDelayMs, clock });
  }

  /**
   * Resolves when the batch of the item has been worked on.
   * @throws Failure `overloaded` when 16 batches are pending, `service-unavailable` after `close`; what the last attempt threw for its batch
   */
  add(item: Item): Promise<void> {
    return this.#batcher.add(item);
  }

  /** Accepts no more items and works on the waiting ones. */
  close(): Promise<void> {
    return this.#batcher.close();
  }
}
