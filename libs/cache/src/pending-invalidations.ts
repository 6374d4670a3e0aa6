import type { InvalidationTarget } from './invalidation.ts';

const maxKeys = 10_000;

/**
 * Invalidations not yet recorded in Redis because it was unreachable. Until they are, the entries they cover are not read from Redis. Bounded:
 * beyond ten thousand keys the whole namespace is invalidated instead.
 */
export class PendingInvalidations {
  readonly #targets = new Map<string, InvalidationTarget>();
  #wideCount = 0;

  get size(): number {
    return this.#targets.size;
  }

  add(target: InvalidationTarget): void {
    if (target.kind === 'key' && this.#targets.size >= maxKeys) this.#add({ kind: 'namespace', namespace: target.namespace });
    else this.#add(target);
  }

  /** Whether Redis may hold an invalidated entry for this key. A pending tag or namespace covers every key. */
  covers(namespace: string, key: string): boolean {
    if (this.#targets.size === 0) return false;
    return this.#wideCount > 0 || this.#targets.has(idOf({ kind: 'key', namespace, key }));
  }

  list(): InvalidationTarget[] {
    return [...this.#targets.values()];
  }

  /** Removes a target that is now recorded, unless it was invalidated again since `list` returned it. */
  acknowledge(target: InvalidationTarget): void {
    const name = idOf(target);
    if (this.#targets.get(name) !== target) return;
    this.#targets.delete(name);
    if (target.kind !== 'key') this.#wideCount -= 1;
  }

  #add(target: InvalidationTarget): void {
    const name = idOf(target);
    if (target.kind !== 'key' && !this.#targets.has(name)) this.#wideCount += 1;
    this.#targets.set(name, target);
  }
}

const idOf = (target: InvalidationTarget): string => {
  if (target.kind === 'key') return `k${target.namespace}\0${target.key}`;
  return target.kind === 'tag' ? `t${target.tag}` : `n${target.namespace}`;
};
