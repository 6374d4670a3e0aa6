/** Applies a load of so many clients, each of which sends its next request when the last one was answered, and measures the answers. */

export interface LoadStep {
  /** What is compared. */
  readonly method: string;
  /** Requests at the same time. */
  readonly clients: number;
  readonly requestCount: number;
  /** Seconds from the first request to the last answer. */
  readonly seconds: number;
  readonly requestsPerSecond: number;
  readonly rowsPerSecond: number;
  /** Milliseconds that half, 95 and 99 of 100 requests took at most; by nearest rank. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export interface Load {
  readonly method: string;
  readonly clients: number;
  readonly rowsPerRequest: number;
  /** No request begins later; each client sends at least one. */
  readonly durationMs: number;
  readonly signal: AbortSignal;
  /** @returns milliseconds of a clock that never goes back */
  readonly now?: () => number;
}

/** @throws what the first request that fails throws, and the reason of the signal */
export async function measureLoad({ now = () => performance.now(), ...load }: Load, send: () => Promise<unknown>): Promise<LoadStep> {
  const { method, clients, rowsPerRequest, durationMs, signal } = load;
  const times: number[] = [];
  const beganMs = now();
  const client = async () => {
    do {
      signal.throwIfAborted();
      const sentMs = now();
      await send();
      times.push(now() - sentMs);
    } while (now() - beganMs < durationMs);
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = Math.max(1e-6, (now() - beganMs) / 1_000);
  const requestsPerSecond = times.length / seconds;
  const sorted = times.sort((a, b) => a - b);
  return {
    ...{ method, clients, requestCount: times.length, seconds, requestsPerSecond, rowsPerSecond: rowsPerRequest * requestsPerSecond },
    ...{ p50Ms: percentile(sorted, 50), p95Ms: percentile(sorted, 95), p99Ms: percentile(sorted, 99) },
  };
}

/** Nearest rank. @param sorted ascending, not empty @param percent in (0, 100] */
export const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!;
