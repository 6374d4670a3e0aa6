/** Maps tags to the keys in memory that carry them. Bounded by the entries in memory. */
export class TagIndex {
  readonly #keys = new Map<string, Set<string>>();

  add(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keys.get(tag);
      if (keys) keys.add(key);
      else this.#keys.set(tag, new Set([key]));
    }
  }

  remove(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keys.get(tag);
      if (keys?.delete(key) && keys.size === 0) this.#keys.delete(tag);
    }
  }

  keysOf(tag: string): string[] {
    return [...(this.#keys.get(tag) ?? [])];
  }

  get size(): number {
    return this.#keys.size;
  }
}
