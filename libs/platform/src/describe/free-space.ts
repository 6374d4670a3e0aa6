/** How much room the store of files has. A network disk that hangs must not silence the service: nobody waits for it for long. */
import { setTimeout as delay } from 'node:timers/promises';
import type { BlobStore } from '#storage';

const maxWaitMs = 200;

export class FreeSpace {
  readonly #store: Pick<BlobStore, 'freeBytes'> | undefined;
  #bytes: number | null = null;
  #asking: Promise<void> | undefined;

  constructor(store: Pick<BlobStore, 'freeBytes'> | undefined) {
    this.#store = store;
  }

  /** @returns bytes, the last known ones where the store takes its time; null where it cannot tell, does not answer, or there is none */
  async bytes(): Promise<number | null> {
    if (!this.#store) return null;
    this.#asking ??= this.#ask(this.#store); // one at a time, however long it takes
    const waiting = new AbortController();
    const late = delay(maxWaitMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([this.#asking, late]);
    waiting.abort();
    return this.#bytes;
  }

  async #ask(store: Pick<BlobStore, 'freeBytes'>): Promise<void> {
    try {
      this.#bytes = (await store.freeBytes()) ?? null;
    } catch {
      this.#bytes = null; // the dependency `blobs` is down and says why
    } finally {
      this.#asking = undefined;
    }
  }
}
