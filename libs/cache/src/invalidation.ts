export type InvalidationTarget =
  | { readonly kind: 'key'; readonly namespace: string; readonly key: string }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'namespace'; readonly namespace: string };

export type Invalidation = InvalidationTarget & {
  /** The instance that sent it and has already applied it. */
  readonly origin: string;
  readonly service: string;
  /** Whether it is in the Redis log; if not, a receiver that reaches Redis records it. */
  readonly recorded: boolean;
};

/**
 * Carries invalidations between instances on a best-effort basis: messages may be lost, duplicated or late. It only reduces latency; the log in
 * Redis guarantees delivery, and `maxStalenessMs` bounds how long an unreachable instance may serve stale values.
 */
export interface InvalidationChannel {
  publish(message: Invalidation): void | Promise<void>;
  /** @returns stops the subscription */
  subscribe(handler: (message: Invalidation) => void): () => void;
}

/** Validates a received message. @returns undefined for anything that is not an invalidation */
export function readInvalidation(value: unknown): Invalidation | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { origin, service, recorded, kind, namespace, key, tag } = value as Record<string, unknown>;
  if (typeof origin !== 'string' || typeof service !== 'string' || typeof recorded !== 'boolean') return undefined;
  const from = { origin, service, recorded };
  if (kind === 'tag' && typeof tag === 'string') return { ...from, kind, tag };
  if (typeof namespace !== 'string') return undefined;
  if (kind === 'namespace') return { ...from, kind, namespace };
  return kind === 'key' && typeof key === 'string' ? { ...from, kind, namespace, key } : undefined;
}

/** Connects caches of one process; for tests and for a service that runs several. */
export class LocalChannel implements InvalidationChannel {
  readonly #handlers = new Set<(message: Invalidation) => void>();

  publish(message: Invalidation): void {
    for (const handler of this.#handlers) handler(message);
  }

  subscribe(handler: (message: Invalidation) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }
}
