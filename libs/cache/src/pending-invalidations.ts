import type { InvalidationTarget } from './invalidation.ts';

const maxKeys = 10_000;

/**
 * Invalidations that Redis has not heard because it was away. Until it has, what it holds of these is not read. Bounded: beyond ten thousand
 * keys, their whole namespaces are struck instead.
 */
export class PendingInvalidations {
  readonly #targets = new Map<string, InvalidationTarget>();
  #broad = 0;

  get size(): number {
    return this.#targets.size;
  }

  add(target: InvalidationTarget): void {
    if (target.kind === 'key' && this.#targets.size >= maxKeys) this.#add({ kind: 'namespace', namespace: target.namespace });
    else this.#add(target);
  }

  /** Whether Redis may hold something for this key that was struck. A pending tag or namespace puts all of it in doubt. */
  covers(namespace: string, key: string): boolean {
    if (this.#targets.size === 0) return false;
    return this.#broad > 0 || this.#targets.has(nameOf({ kind: 'key', namespace, key }));
  }

  list(): InvalidationTarget[] {
    return [...this.#targets.values()];
  }

  /** Redis has heard of it, unless it was struck again since `list` gave it. */
  settle(target: InvalidationTarget): void {
    const name = nameOf(target);
    if (this.#targets.get(name) !== target) return;
    this.#targets.delete(name);
    if (target.kind !== 'key') this.#broad -= 1;
  }

  #add(target: InvalidationTarget): void {
    const name = nameOf(target);
    if (target.kind !== 'key' && !this.#targets.has(name)) this.#broad += 1;
    this.#targets.set(name, target);
  }
}

const nameOf = (target: InvalidationTarget): string => {
  if (target.kind === 'key') return `k${target.namespace}\0${target.key}`;
  return target.kind === 'tag' ? `t${target.tag}` : `n${target.namespace}`;
};
