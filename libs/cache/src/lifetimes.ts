import type { Entry } from './envelope.ts';

export interface Lifetime {
  readonly ttlSeconds: number;
  /** How long after that a stale value may be served while a fresh one is loaded. */
  readonly staleSeconds: number;
}

/**
 * Largest random reduction of a TTL, so that entries written together do not expire together. Never an extension: the TTL is an upper bound.
 */
const jitterShare = 0.1;

export function timesOf(nowMs: number, { ttlSeconds, staleSeconds }: Lifetime, random: () => number = Math.random) {
  const freshUntilMs = nowMs + ttlSeconds * 1_000 * (1 - jitterShare * random());
  return { storedAtMs: nowMs, freshUntilMs, deadAtMs: freshUntilMs + staleSeconds * 1_000 };
}

/**
 * How long Redis keeps an entry: until it expires, or, in a namespace with `idleSeconds`, that long after the last use if that is sooner.
 */
export function keepMs(entry: Pick<Entry, 'deadAtMs'>, nowMs: number, idleSeconds: number | undefined): number {
  const lifeMs = Math.ceil(entry.deadAtMs - nowMs);
  return idleSeconds === undefined ? lifeMs : Math.min(lifeMs, idleSeconds * 1_000);
}
