/**
 * Makes one call of many requests: those that come while a call is in flight leave together in the next one. A lone request waits for nobody.
 * Bounded by its callers: each waits for its answer before it asks again.
 */

interface Entry<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export class InFlightBatch<Item, Result> {
  readonly #call: (items: readonly Item[]) => Promise<readonly Result[]>;
  #waiting: Entry<Item, Result>[] = [];
  #isCalling = false;

  /** @param call answers one result an item, in the same order; what it throws is thrown to each of them */
  constructor(call: (items: readonly Item[]) => Promise<readonly Result[]>) {
    this.#call = call;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isCalling) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isCalling = true;
    await null; // requests of this turn of the event loop share the first call
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#callWith(batch);
    }
    this.#isCalling = false;
  }

  async #callWith(batch: readonly Entry<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#call(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, i) => void resolve(results[i] as Result));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
