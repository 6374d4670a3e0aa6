/** One budget of cores and memory for everything a process spends on: threads and child processes draw from the same purse. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { availableParallelism, totalmem } from 'node:os';
import { Failure } from '#contracts';
import { abortFailure } from './abort.ts';
import { secondsUntilFree } from './load.ts';

export interface CoreBudgetOptions {
  /** Whole or part cores; default: what the process may use. */
  readonly cores?: number;
  /** Default: three quarters of the memory that the process may use. */
  readonly memoryBytes?: number;
  /** How many may stand in line before the next one is refused; default 64. */
  readonly maxWaiters?: number;
}

export interface LeaseRequest {
  readonly cores: number;
  readonly memoryBytes?: number;
  readonly signal?: AbortSignal;
}

export interface Lease {
  readonly cores: number;
  readonly memoryBytes: number;
  /** Gives everything back; a second call does nothing. */
  release(): void;
}

interface Waiter {
  readonly cores: number;
  readonly memoryBytes: number;
  admit(lease: Lease): void;
}

/** The budgets that the running work has a lease of. */
const heldHere = new AsyncLocalStorage<readonly CoreBudget[]>();

/**
 * First come, first served: a large request at the head holds back smaller ones behind it, so that it is never starved. A request larger than the
 * whole budget is given the whole budget.
 */
export class CoreBudget {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly #maxWaiters: number;
  readonly #waiters = new Set<Waiter>();
  #usedCores = 0;
  #usedMemoryBytes = 0;
  #leases = 0;
  #meanHoldSeconds = 1;

  constructor(options: CoreBudgetOptions = {}) {
    this.cores = options.cores ?? availableParallelism();
    this.memoryBytes = options.memoryBytes ?? Math.floor(0.75 * Math.min(process.constrainedMemory() || Infinity, totalmem()));
    this.#maxWaiters = options.maxWaiters ?? 64;
    if (!(this.cores > 0) || !(this.memoryBytes > 0)) throw new RangeError('a budget needs cores and memory');
  }

  get usedCores(): number {
    return this.#usedCores;
  }

  get usedMemoryBytes(): number {
    return this.#usedMemoryBytes;
  }

  get waiters(): number {
    return this.#waiters.size;
  }

  /**
   * Waits for its turn and takes cores and memory out of the budget. Release the lease in a `finally`.
   *
   * @throws RangeError when cores is not above 0 or memoryBytes is negative
   * @throws Failure `overloaded` with `retryAfterSeconds` when the line is full; `cancelled` or the signal's own failure when it aborts
   */
  async acquire(request: LeaseRequest): Promise<Lease> {
    const asked = this.#fit(request);
    if (request.signal?.aborted) throw abortFailure(request.signal);
    if (this.#waiters.size === 0 && this.#fits(asked)) return this.#take(asked);
    if (this.#waiters.size >= this.#maxWaiters) throw this.#refusal();
    return this.#waitInLine(asked, request.signal);
  }

  /**
   * Does the work inside a lease. Work inside that work is covered by the same lease: standing in line again it would wait for itself. Throws what
   * `acquire` throws and what the work throws.
   */
  async spend<T>(request: LeaseRequest, work: () => Promise<T>): Promise<T> {
    const held = heldHere.getStore() ?? [];
    if (held.includes(this)) return work();
    const lease = await this.acquire(request);
    try {
      return await heldHere.run([...held, this], work);
    } finally {
      lease.release();
    }
  }

  #fit({ cores, memoryBytes = 0 }: LeaseRequest) {
    if (!(cores > 0) || !(memoryBytes >= 0)) throw new RangeError('a lease asks for more than 0 cores and for 0 or more bytes');
    return { cores: Math.min(cores, this.cores), memoryBytes: Math.min(memoryBytes, this.memoryBytes) };
  }

  #fits(asked: { readonly cores: number; readonly memoryBytes: number }): boolean {
    // Part cores add up with rounding errors; a thousandth of a core is none.
    return this.#usedCores + asked.cores <= this.cores + 1e-3 && this.#usedMemoryBytes + asked.memoryBytes <= this.memoryBytes;
  }

  #waitInLine(asked: { readonly cores: number; readonly memoryBytes: number }, signal: AbortSignal | undefined): Promise<Lease> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiters.delete(waiter);
        reject(abortFailure(signal!));
        this.#admitWaiters();
      };
      const admit = (lease: Lease) => {
        signal?.removeEventListener('abort', leave);
        resolve(lease);
      };
      const waiter: Waiter = { ...asked, admit };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiters.add(waiter);
    });
  }

  #take({ cores, memoryBytes }: { readonly cores: number; readonly memoryBytes: number }): Lease {
    const takenAtMs = performance.now();
    let held = true;
    this.#usedCores += cores;
    this.#usedMemoryBytes += memoryBytes;
    this.#leases++;
    const release = () => {
      if (!held) return;
      held = false;
      this.#giveBack(cores, memoryBytes, (performance.now() - takenAtMs) / 1000);
    };
    return { cores, memoryBytes, release };
  }

  #giveBack(cores: number, memoryBytes: number, heldSeconds: number): void {
    this.#leases--;
    this.#usedCores = this.#leases === 0 ? 0 : this.#usedCores - cores;
    this.#usedMemoryBytes -= memoryBytes;
    this.#meanHoldSeconds += 0.2 * (heldSeconds - this.#meanHoldSeconds);
    this.#admitWaiters();
  }

  #admitWaiters(): void {
    for (const waiter of this.#waiters) {
      if (!this.#fits(waiter)) return;
      this.#waiters.delete(waiter);
      waiter.admit(this.#take(waiter));
    }
  }

  #refusal(): Failure {
    const retryAfterSeconds = secondsUntilFree(this.#waiters.size, Math.max(1, this.#leases), this.#meanHoldSeconds);
    return new Failure('overloaded', 'Every core is taken and the line is full. Try again later.', { retryAfterSeconds });
  }
}
