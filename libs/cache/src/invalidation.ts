export type InvalidationTarget =
  | { readonly kind: 'key'; readonly namespace: string; readonly key: string }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'namespace'; readonly namespace: string };

export type Invalidation = InvalidationTarget & {
  /** The instance that said so, which has already acted on it. */
  readonly origin: string;
  readonly service: string;
  /** Whether Redis has heard of it; if not, whoever reaches Redis passes it on. */
  readonly recorded: boolean;
};

/**
 * Carries invalidations between instances, at most once and in no order: messages may be lost, doubled or late. It only makes them arrive
 * sooner; that they arrive at all is the business of the log in Redis, and how long a deaf instance may be wrong is bounded by
 * `maxStalenessMs`.
 */
export interface InvalidationChannel {
  publish(message: Invalidation): void | Promise<void>;
  /** @returns stops the subscription */
  subscribe(handler: (message: Invalidation) => void): () => void;
}

/** Reads one from outside; anything that is not an invalidation is nobody's. */
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

/** Connects caches of one process to each other; for tests and for a service that runs several. */
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
