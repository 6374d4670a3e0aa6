import type { ColdKey } from './cold.store.ts';

const maxWaiting = 5_000;

/**
 * Invalidated keys whose rows are deleted from the cold tier at the next clean-up. This only frees space: an invalidated copy is never used, so
 * beyond five thousand keys the rows are left to expire.
 */
export class Tombstones {
  readonly #waiting = new Map<string, ColdKey>();
  readonly #deleteKeys: (coldKeys: readonly ColdKey[]) => Promise<void>;

  constructor(deleteKeys: (coldKeys: readonly ColdKey[]) => Promise<void>) {
    this.#deleteKeys = deleteKeys;
  }

  add({ service, namespace, key }: ColdKey): void {
    if (this.#waiting.size < maxWaiting) this.#waiting.set(`${service}\0${namespace}\0${key}`, { service, namespace, key });
  }

  async flush(): Promise<void> {
    const coldKeys = [...this.#waiting.values()];
    this.#waiting.clear();
    if (coldKeys.length > 0) await this.#deleteKeys(coldKeys);
  }
}
