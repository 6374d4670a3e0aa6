/** End listeners by id; bounded by the number of open streams, which is limited elsewhere. */
export class EndListeners {
  readonly #listeners = new Map<string, Set<() => void>>();

  get ids(): string[] {
    return [...this.#listeners.keys()];
  }

  /** @returns removes the listener again */
  add(id: string, ended: () => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(ended));
    return () => {
      listeners.delete(ended);
      if (listeners.size === 0 && this.#listeners.get(id) === listeners) this.#listeners.delete(id);
    };
  }

  tell(ids: Iterable<string>): void {
    for (const id of ids) {
      const listeners = this.#listeners.get(id);
      this.#listeners.delete(id);
      for (const ended of listeners ?? []) ended();
    }
  }
}
