export interface Backoff {
  /** Number of the failed attempt, from 1. */
  readonly attempt: number;
  /** Delay after the first attempt, without jitter. */
  readonly baseMs: number;
  /** Upper bound of the delay. */
  readonly capMs: number;
  /** Share of the delay that is random, in [0, 1]; default 0: no jitter, 1: full jitter. */
  readonly jitter?: number;
  /** In [0, 1). */
  readonly random?: (() => number) | undefined;
}

/**
 * Exponential backoff: a delay that doubles with each attempt up to a cap. Pure; here because every library may import contracts.
 *
 * @see M. Brooker 2015, "Exponential Backoff And Jitter", AWS Architecture Blog
 */
export function backoffMs({ attempt, baseMs, capMs, jitter = 0, random = Math.random }: Backoff): number {
  const delayMs = Math.min(capMs, baseMs * 2 ** (attempt - 1));
  return jitter === 0 ? delayMs : delayMs * (1 - jitter + jitter * random());
}
