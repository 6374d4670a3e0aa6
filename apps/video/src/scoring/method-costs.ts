/** Decides where a run is computed, by what earlier runs have cost. */

export type ChosenMethod = 'inline' | 'threads' | 'distributed';

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
/** Jobs are written, carried and followed. */
const jobsMs = 150;
/** Columns are written and read once more; on one machine that is all that distributing brings. A run on more machines shows that it is cheaper. */
const distributedByThreads = 1.5;
/** Without two parts there is nothing to share. */
const leastDistributedBytes = 8_000_000;
/** It takes cores from other copies: so much faster it must be. */
const distributedMayTake = 0.85;

export class MethodCosts {
  #msPerByte: Record<ChosenMethod, number>;
  /** Of a pool without threads. */
  #startMs: number = firstCosts.startMs;

  /** @param threads of the pool */
  constructor(threads: number) {
    const onThreads = firstCosts.inlineMsPerByte / Math.min(threads, 4);
    this.#msPerByte = { inline: firstCosts.inlineMsPerByte, threads: onThreads, distributed: onThreads * distributedByThreads };
  }

  /** @param isWarm whether the pool has threads already */
  choose(bodyBytes: number, isWarm: boolean): Choice {
    const costs = this.#costs(bodyBytes, isWarm);
    const onOne = costs.threads <= costs.inline * threadsMayTake ? 'threads' : 'inline';
    const isFasterOnAll = bodyBytes >= leastDistributedBytes && costs.distributed <= costs[onOne] * distributedMayTake;
    const estimates = `about ${costs.inline.toFixed(0)} ms inline, ${costs.threads.toFixed(0)} ms on threads${isWarm ? '' : ' with the start of a thread'}`;
    const reason = `${bodyBytes.toLocaleString('en')} bytes: ${estimates}, ${costs.distributed.toFixed(0)} ms on all copies.`;
    return { method: isFasterOnAll ? 'distributed' : onOne, reason };
  }

  #costs(bodyBytes: number, isWarm: boolean): Record<ChosenMethod, number> {
    const startMs = isWarm ? firstCosts.warmMs : this.#startMs;
    return {
      inline: bodyBytes * this.#msPerByte.inline,
      threads: startMs + bodyBytes * this.#msPerByte.threads,
      distributed: jobsMs + startMs + bodyBytes * this.#msPerByte.distributed,
    };
  }

  record({ method, bodyBytes, durationMs, wasWarm }: MeasuredRun): void {
    const isTelling = bodyBytes >= tellingBytes;
    if (method === 'threads' && !wasWarm && !isTelling)
      this.#startMs = mixed(this.#startMs, Math.max(0, durationMs - bodyBytes * this.#msPerByte.threads));
    if (!isTelling) return;
    const startMs = wasWarm ? firstCosts.warmMs : this.#startMs;
    const extraMs = { inline: 0, threads: startMs, distributed: jobsMs + startMs }[method];
    this.#msPerByte[method] = mixed(this.#msPerByte[method], Math.max(0, durationMs - extraMs) / bodyBytes);
  }
}

const mixed = (known: number, measured: number): number => known + newShare * (measured - known);
