/** Circuit breaker: refuses calls to a failing dependency for a while, so that it can recover and callers fail fast. */
import { Gauge, type Registry, register } from 'prom-client';
import { Failure } from '#contracts/plain';
import { type Clock, systemClock } from './clock.ts';
import { isServerFault } from './transient-errors.ts';

/** In the order of the gauge `compute_breaker_state`: 0, 1, 2. */
export const breakerStates = ['closed', 'half-open', 'open'] as const;
export type BreakerState = (typeof breakerStates)[number];

export interface BreakerOptions {
  /** The guarded dependency, from a closed set: it is a metric label. */
  readonly name: string;
  /** How many of the last calls count; default 20. */
  readonly window?: number;
  /** Below this many calls it never opens; default 5. */
  readonly minCalls?: number;
  /** It opens when this part of the window failed, in (0, 1]; default 0.5. */
  readonly failureRatio?: number;
  /** How long it stays open before a trial call; default 10,000. */
  readonly openMs?: number;
  /** Default: every error except Failures with a status below 500. */
  readonly isFault?: (error: unknown) => boolean;
  readonly clock?: Clock;
  readonly registry?: Registry;
}

/** Closed: calls pass and are counted. Open: calls are refused. Half-open: one trial call passes, and its outcome closes or opens the breaker. */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  readonly #clock: Clock;
  readonly #gauge: Gauge<'breaker'>;
  #state: BreakerState = 'closed';
  #failed: boolean[] = [];
  #openedAtMs = 0;
  /** Grows with every change of state, so that the outcome of a call counts only for the state in which it began. */
  #generation = 0;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#gauge = breakerGauge(options.registry ?? register);
    this.#enter('closed');
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether a call would pass now. */
  get isAdmitting(): boolean {
    return this.#state === 'closed' || (this.#state === 'open' && this.#leftMs() <= 0);
  }

  /** @throws Failure `service-unavailable` with `retryAfterSeconds` while it is open; what `work` throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#admit();
    const generation = this.#generation;
    try {
      const result = await work();
      this.#note(generation, false);
      return result;
    } catch (error) {
      this.#note(generation, (this.#options.isFault ?? isServerFault)(error));
      throw error;
    }
  }

  #admit(): void {
    const leftMs = this.#leftMs();
    if (this.#state === 'closed') return;
    if (this.#state === 'half-open' || leftMs > 0) throw this.#refusal(leftMs);
    this.#enter('half-open');
  }

  #leftMs(): number {
    return this.#openedAtMs + (this.#options.openMs ?? 10_000) - this.#clock.nowMs();
  }

  #note(generation: number, isFault: boolean): void {
    if (generation !== this.#generation) return;
    if (this.#state === 'half-open') this.#enter(isFault ? 'open' : 'closed');
    else this.#count(isFault);
  }

  #count(isFault: boolean): void {
    const { window = 20, minCalls = 5, failureRatio = 0.5 } = this.#options;
    this.#failed = [...this.#failed, isFault].slice(-window);
    const faults = this.#failed.filter(Boolean).length;
    if (isFault && this.#failed.length >= minCalls && faults >= failureRatio * this.#failed.length) this.#enter('open');
  }

  #enter(state: BreakerState): void {
    this.#state = state;
    this.#generation++;
    this.#failed = [];
    if (state === 'open') this.#openedAtMs = this.#clock.nowMs();
    this.#gauge.set({ breaker: this.#options.name }, breakerStates.indexOf(state));
  }

  #refusal(leftMs: number): Failure {
    const retryAfterSeconds = Math.max(1, Math.ceil(leftMs / 1_000));
    return new Failure('service-unavailable', `${this.#options.name} is failing; calls are refused until it has had time to recover.`, {
      retryAfterSeconds,
    });
  }
}

function breakerGauge(registry: Registry): Gauge<'breaker'> {
  const known = registry.getSingleMetric('compute_breaker_state');
  if (known) return known as Gauge<'breaker'>;
  const help = 'State of a circuit breaker: 0 closed, 1 half-open, 2 open.';
  return new Gauge({ name: 'compute_breaker_state', help, labelNames: ['breaker'], registers: [registry] });
}
