/** One budget of cores and memory for everything a process spends on: threads and child processes draw from the same purse. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { availableParallelism, totalmem } from 'node:os';
import { Failure } from '#contracts';
import { abortFailure } from './abort.ts';
import { secondsUntilFree } from './load.ts';
import { Purse, type Share } from './purse.ts';

export interface CoreBudgetOptions {
  /** Whole or part cores; default: what the process may use. */
  readonly cores?: number;
  /** Default: three quarters of the memory that the process may use. */
  readonly memoryBytes?: number;
  /** How many may stand in line before the next one is refused; default 64. */
  readonly maxWaiters?: number;
  /** What all processes of this machine share; without it this process keeps to its own budget only. */
  readonly machine?: SharedPurse;
}

export interface LeaseRequest {
  readonly cores: number;
  readonly memoryBytes?: number;
  readonly signal?: AbortSignal;
}

export interface Lease extends Share {
  /** Gives everything back; a second call does nothing. */
  release(): void;
}

/** A purse that other processes draw from too. The numbers are this process's part of it. */
export interface SharedPurse {
  readonly usedCores: number;
  readonly usedMemoryBytes: number;
  readonly waiters: number;
  /** @throws Failure `cancelled` or the signal's own failure when it aborts; `service-unavailable` once it is closed */
  take(share: Share, signal?: AbortSignal): Promise<Lease>;
}

/** The budgets that the running work has a lease of. */
const heldHere = new AsyncLocalStorage<readonly CoreBudget[]>();

/** Three quarters of the memory that this process may use. */
export const usableMemoryBytes = () => Math.floor(0.75 * Math.min(process.constrainedMemory() || Infinity, totalmem()));

/**
 * First come, first served: a large request at the head holds back smaller ones behind it, so that it is never starved. A request larger than the
 * whole budget is given the whole budget. With a machine's purse, whoever has room in this budget then stands in the machine's line: no process can
 * have more there than its own budget, so each stays within reach of the front.
 */
export class CoreBudget {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly #maxWaiters: number;
  readonly #machine: SharedPurse | undefined;
  readonly #purse: Purse;
  #meanHoldSeconds = 1;

  constructor(options: CoreBudgetOptions = {}) {
    this.cores = options.cores ?? availableParallelism();
    this.memoryBytes = options.memoryBytes ?? usableMemoryBytes();
    this.#maxWaiters = options.maxWaiters ?? 64;
    this.#machine = options.machine;
    if (!(this.cores > 0) || !(this.memoryBytes > 0)) throw new RangeError('a budget needs cores and memory');
    this.#purse = new Purse(this);
  }

  get usedCores(): number {
    return (this.#machine ?? this.#purse).usedCores;
  }

  get usedMemoryBytes(): number {
    return (this.#machine ?? this.#purse).usedMemoryBytes;
  }

  get waiters(): number {
    return this.#purse.waiters + (this.#machine?.waiters ?? 0);
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
    if (!this.#purse.hasRoomNow(asked) && this.#purse.waiters >= this.#maxWaiters) throw this.#refusal();
    const own = await this.#takeOwn(asked, request.signal);
    return this.#machine ? takeBoth(own, this.#machine, request.signal) : own;
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

  #fit({ cores, memoryBytes = 0 }: LeaseRequest): Share {
    if (!(cores > 0) || !(memoryBytes >= 0)) throw new RangeError('a lease asks for more than 0 cores and for 0 or more bytes');
    return { cores: Math.min(cores, this.cores), memoryBytes: Math.min(memoryBytes, this.memoryBytes) };
  }

  #takeOwn(asked: Share, signal: AbortSignal | undefined): Promise<Lease> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#purse.drop(claim);
        reject(abortFailure(signal!));
      };
      const admit = () => {
        signal?.removeEventListener('abort', leave);
        resolve({ ...asked, release: this.#releaseOnce(() => this.#purse.drop(claim)) });
      };
      const claim = { ...asked, sinceMs: 0, admit };
      signal?.addEventListener('abort', leave, { once: true });
      this.#purse.enter(claim);
    });
  }

  #releaseOnce(giveBack: () => void): () => void {
    const takenAtMs = performance.now();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#meanHoldSeconds += 0.2 * ((performance.now() - takenAtMs) / 1000 - this.#meanHoldSeconds);
      giveBack();
    };
  }

  #refusal(): Failure {
    const retryAfterSeconds = secondsUntilFree(this.#purse.waiters, Math.max(1, this.#purse.holders), this.#meanHoldSeconds);
    return new Failure('overloaded', 'Every core is taken and the line is full. Try again later.', { retryAfterSeconds });
  }
}

async function takeBoth(own: Lease, machine: SharedPurse, signal: AbortSignal | undefined): Promise<Lease> {
  try {
    const { cores, memoryBytes, release } = await machine.take(own, signal);
    const releaseBoth = () => {
      release();
      own.release();
    };
    return { cores, memoryBytes, release: releaseBoth };
  } catch (error) {
    own.release();
    throw error;
  }
}
