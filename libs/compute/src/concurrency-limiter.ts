/** Limits how many cores and how much memory the work of one process uses at the same time. Threads and child processes share one limiter. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Failure } from '#contracts/plain';
import { abortFailure } from './abort-reasons.ts';
import { secondsUntilFree } from './retry-after.ts';

export interface ResourceRequest {
  /** Whole or fractional cores, above 0. */
  readonly cores: number;
  /** Default 0. */
  readonly memoryBytes?: number;
}

export interface ConcurrencyLimiterOptions {
  readonly cores: number;
  /** Default: unlimited. */
  readonly memoryBytes?: number;
  /** How many requests may wait before the next one is refused; default 64. */
  readonly maxQueue?: number;
}

/** Resources that are held until `release`; a second call of it does nothing. */
export interface ResourceLease extends Required<ResourceRequest> {
  release(): void;
}

interface QueuedRequest extends Required<ResourceRequest> {
  grant(): void;
}

/** Fractional cores add up with rounding errors of less than this. */
const roundingCores = 1e-3;

/** The limiters of which the current asynchronous context holds a lease. */
const heldLimiters = new AsyncLocalStorage<readonly ConcurrencyLimiter[]>();

/**
 * First in, first out: a large request at the head of the queue holds back smaller ones behind it, so it is never starved. A request above the limits
 * is granted all that there is.
 */
export class ConcurrencyLimiter {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly #maxQueue: number;
  readonly #queue: QueuedRequest[] = [];
  #holders = 0;
  #usedCores = 0;
  #usedMemoryBytes = 0;
  #meanHoldSeconds = 1;

  /** @throws RangeError when a limit is not above 0 */
  constructor({ cores, memoryBytes = Number.POSITIVE_INFINITY, maxQueue = 64 }: ConcurrencyLimiterOptions) {
    if (!(cores > 0) || !(memoryBytes > 0)) throw new RangeError(`limits must be above 0, not ${cores} cores and ${memoryBytes} bytes`);
    this.cores = cores;
    this.memoryBytes = memoryBytes;
    this.#maxQueue = maxQueue;
  }

  get usedCores(): number {
    return this.#usedCores;
  }

  get usedMemoryBytes(): number {
    return this.#usedMemoryBytes;
  }

  /** Requests that wait. */
  get queued(): number {
    return this.#queue.length;
  }

  /**
   * Waits until the resources are free and takes them. Release the lease in a `finally`.
   *
   * @throws RangeError when cores is not above 0 or memoryBytes is negative
   * @throws Failure `overloaded` with `retryAfterSeconds` when the queue is full; `cancelled` or the signal's own failure when it aborts
   */
  async acquire(request: ResourceRequest, signal?: AbortSignal): Promise<ResourceLease> {
    const resources = this.#withinLimits(request);
    if (signal?.aborted) throw abortFailure(signal);
    if (this.#queue.length === 0 && this.#fits(resources)) return this.#take(resources);
    if (this.#queue.length >= this.#maxQueue) throw this.#refusal();
    return this.#wait(resources, signal);
  }

  /**
   * Runs the work while it holds a lease. Nested work is covered by the lease of the outer work: if it queued again, it would wait for itself.
   * Throws what `acquire` throws and what the work throws.
   */
  async run<T>(request: ResourceRequest, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const held = heldLimiters.getStore() ?? [];
    if (held.includes(this)) return work();
    const lease = await this.acquire(request, signal);
    try {
      return await heldLimiters.run([...held, this], work);
    } finally {
      lease.release();
    }
  }

  #withinLimits({ cores, memoryBytes = 0 }: ResourceRequest): Required<ResourceRequest> {
    if (!(cores > 0) || !(memoryBytes >= 0))
      throw new RangeError(`a request must be for more than 0 cores and at least 0 bytes, not ${cores} cores and ${memoryBytes} bytes`);
    return { cores: Math.min(cores, this.cores), memoryBytes: Math.min(memoryBytes, this.memoryBytes) };
  }

  #fits({ cores, memoryBytes }: Required<ResourceRequest>): boolean {
    return this.#usedCores + cores <= this.cores + roundingCores && this.#usedMemoryBytes + memoryBytes <= this.memoryBytes;
  }

  #wait(resources: Required<ResourceRequest>, signal: AbortSignal | undefined): Promise<ResourceLease> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#queue.splice(this.#queue.indexOf(queued), 1);
        reject(abortFailure(signal!));
        this.#grantNext();
      };
      const grant = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve(this.#take(resources));
      };
      const queued = { ...resources, grant };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(queued);
    });
  }

  #grantNext(): void {
    while (this.#queue.length > 0 && this.#fits(this.#queue[0]!)) this.#queue.shift()!.grant();
  }

  #take(resources: Required<ResourceRequest>): ResourceLease {
    this.#holders++;
    this.#usedCores += resources.cores;
    this.#usedMemoryBytes += resources.memoryBytes;
    const takenAtMs = performance.now();
    let isHeld = true;
    const release = () => {
      if (!isHeld) return;
      isHeld = false;
      this.#giveBack(resources, (performance.now() - takenAtMs) / 1_000);
    };
    return { ...resources, release };
  }

  #giveBack({ cores, memoryBytes }: Required<ResourceRequest>, heldSeconds: number): void {
    this.#holders--;
    this.#usedCores = this.#holders === 0 ? 0 : this.#usedCores - cores; // exactly 0, whatever was rounded
    this.#usedMemoryBytes = this.#holders === 0 ? 0 : this.#usedMemoryBytes - memoryBytes;
    this.#meanHoldSeconds += 0.2 * (heldSeconds - this.#meanHoldSeconds);
    this.#grantNext();
  }

  #refusal(): Failure {
    const retryAfterSeconds = secondsUntilFree(this.#queue.length, Math.max(1, this.#holders), this.#meanHoldSeconds);
    return new Failure('overloaded', 'All cores are in use and the queue is full. Try again later.', { retryAfterSeconds });
  }
}
