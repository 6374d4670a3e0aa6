import type { ColdPlace } from './cold.store.ts';

const maxWaiting = 5_000;

/**
 * Keys that were struck and need not lie in the cold tier any longer, gathered until the next sweep. Only tidiness: what lies there after it was
 * struck is believed by nobody, so beyond five thousand they are left to die by themselves.
 */
export class StruckKeys {
  readonly #waiting = new Map<string, ColdPlace>();
  readonly #strike: (places: readonly ColdPlace[]) => Promise<void>;

  constructor(strike: (places: readonly ColdPlace[]) => Promise<void>) {
    this.#strike = strike;
  }

  add({ service, namespace, key }: ColdPlace): void {
    if (this.#waiting.size < maxWaiting) this.#waiting.set(`${service}\0${namespace}\0${key}`, { service, namespace, key });
  }

  async flush(): Promise<void> {
    const places = [...this.#waiting.values()];
    this.#waiting.clear();
    if (places.length > 0) await this.#strike(places);
  }
}
