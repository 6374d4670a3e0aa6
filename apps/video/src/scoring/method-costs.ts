/** Decides where a run is computed, by what earlier runs have cost. */

export type ChosenMethod = 'inline' | 'threads';

export interface Choice {
  readonly method: ChosenMethod;
  /** One sentence with the estimates. */
  readonly reason: string;
}

export interface MeasuredRun {
  readonly method: ChosenMethod;
  readonly bodyBytes: number;
  /** Of the whole run, wall clock. */
  readonly durationMs: number;
  /** Whether the pool had threads when the run began. */
  readonly wasWarm: boolean;
}

/** Of what a run has cost, this much is news. */
const newShare = 0.3;
/** Smaller runs say nothing about the cost of a byte. */
const tellingBytes = 500_000;
/** Threads leave the service's own thread to others: so much slower they may be. */
const threadsMayTake = 1.15;

/** Measured on two shared cores with lines of 110 bytes: reading, scoring and writing NDJSON. */
const firstCosts = { inlineMsPerByte: 3e-5, startMs: 60, warmMs: 4 } as const;

export class MethodCosts {
  #msPerByte: Record<ChosenMethod, number>;
  /** Of a pool without threads. */
  #startMs: number = firstCosts.startMs;

  /** @param threads of the pool */
  constructor(threads: number) {
    this.#msPerByte = { inline: firstCosts.inlineMsPerByte, threads: firstCosts.inlineMsPerByte / Math.min(threads, 4) };
  }

  /** @param isWarm whether the pool has threads already */
  choose(bodyBytes: number, isWarm: boolean): Choice {
    const inlineMs = bodyBytes * this.#msPerByte.inline;
    const threadsMs = (isWarm ? firstCosts.warmMs : this.#startMs) + bodyBytes * this.#msPerByte.threads;
    const method = threadsMs <= inlineMs * threadsMayTake ? 'threads' : 'inline';
    const start = isWarm ? '' : ' with the start of a thread';
    const reason = `${bodyBytes.toLocaleString('en')} bytes: about ${inlineMs.toFixed(0)} ms inline, ${threadsMs.toFixed(0)} ms on threads${start}.`;
    return { method, reason };
  }

  record({ method, bodyBytes, durationMs, wasWarm }: MeasuredRun): void {
    const isTelling = bodyBytes >= tellingBytes;
    if (method === 'threads' && !wasWarm && !isTelling)
      this.#startMs = mixed(this.#startMs, Math.max(0, durationMs - bodyBytes * this.#msPerByte.threads));
    if (!isTelling) return;
    const extraMs = method === 'inline' ? 0 : wasWarm ? firstCosts.warmMs : this.#startMs;
    this.#msPerByte[method] = mixed(this.#msPerByte[method], Math.max(0, durationMs - extraMs) / bodyBytes);
  }
}

const mixed = (known: number, measured: number): number => known + newShare * (measured - known);
