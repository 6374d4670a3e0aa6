import type { Entry } from './envelope.ts';

export interface Lifetime {
  readonly ttlSeconds: number;
  /** How long after that a stale value may be served while a fresh one is loaded. */
  readonly staleSeconds: number;
}

/**
 * The share of the TTL that chance may take away, so that entries written together do not die together. Only ever shorter: a TTL is a promise.
 */
const jitterShare = 0.1;

export function timesOf(nowMs: number, { ttlSeconds, staleSeconds }: Lifetime, random: () => number = Math.random) {
  const freshUntilMs = nowMs + ttlSeconds * 1_000 * (1 - jitterShare * random());
  return { storedAtMs: nowMs, freshUntilMs, deadAtMs: freshUntilMs + staleSeconds * 1_000 };
}

/**
 * How long Redis keeps an entry: at most until it is dead, and, where the namespace says so, only `idleSeconds` at first, again at every
 * use. What nobody asks for leaves early; what is used lives its whole life.
 */
export function keepMs(entry: Pick<Entry, 'deadAtMs'>, nowMs: number, idleSeconds: number | undefined): number {
  const lifeMs = Math.ceil(entry.deadAtMs - nowMs);
  return idleSeconds === undefined ? lifeMs : Math.min(lifeMs, idleSeconds * 1_000);
}
