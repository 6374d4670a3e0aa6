/**
 * Requests to one upstream: bounded in number, balanced over its endpoints by latency and health, repeated within a budget where that is safe, all within
 * one deadline.
 */
import { backoffMs, Failure } from '#contracts';
import { abortFailure } from '../abort-reasons.ts';
import { type Clock, sleep } from '../clock.ts';
import type { ConnectionMetrics, RequestResult, WatchedUpstream } from './connection-metrics.ts';
import { type Endpoint, isEndpointFault, ServerFault } from './endpoint.ts';
import { chooseOfTwo } from './endpoint-health.ts';
import type { RequestSlots } from './request-slots.ts';
import { RetryBudget } from './retry-budget.ts';
import type { ActiveChecks, SocketCounts, UpstreamRequest, UpstreamResponse } from './upstream-options.ts';

export interface UpstreamParts {
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
  readonly slots: RequestSlots;
  readonly checks: ActiveChecks | undefined;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly metrics: ConnectionMetrics;
  readonly clock: Clock;
  readonly random: () => number;
}

const maxAttempts = 3;
/** An endpoint that hangs takes no more than this share of the deadline, so that another one can still be asked. */
const attemptShare = 0.5;

export class Upstream implements WatchedUpstream {
  readonly name: string;
  readonly #parts: UpstreamParts;
  readonly #budget = new RetryBudget();
  readonly #closing = new AbortController();
  readonly #unwatch: () => void;
  #usedAtMs = Number.NEGATIVE_INFINITY;
  #cancelCheck: (() => void) | undefined;
  readonly #checking = new Set<Promise<unknown>>();

  constructor(parts: UpstreamParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.#unwatch = parts.metrics.watch(this);
  }

  get sockets(): SocketCounts {
    const counts = this.#parts.endpoints.map(({ transport }) => transport.sockets);
    return { active: counts.reduce((sum, { active }) => sum + active, 0), idle: counts.reduce((sum, { idle }) => sum + idle, 0) };
  }

  get waiting(): number {
    return this.#parts.slots.waiting;
  }

  /** Mean of its endpoints, in [0, 1]: 0 where every breaker is open, 1 where every answer of late was good. */
  get health(): number {
    const { endpoints } = this.#parts;
    return endpoints.reduce((sum, { health }) => sum + health, 0) / endpoints.length;
  }

  /**
   * Answers of any status, also of 500 and more once nothing is left to try. Redirects are not followed.
   *
   * @throws Failure `service-unavailable` while all endpoints are failing; `overloaded` when too many requests wait; `remote-unreachable` for DNS,
   *   connection, certificate errors and broken answers; `deadline-exceeded`; `payload-too-large`; `address-refused` when an address is not public; the
   *   failure of the caller's signal
   */
  async send(request: UpstreamRequest): Promise<UpstreamResponse> {
    this.#usedAtMs = this.#parts.clock.nowMs();
    this.#planCheck();
    const deadline = this.#startDeadline(request);
    let result: RequestResult = 'succeeded';
    try {
      const answer = await this.#parts.slots.run(() => this.#attempt(request, deadline), deadline.signal);
      if (answer.status >= 400) result = answer.status >= 500 ? 'server-error' : 'client-error';
      return answer;
    } catch (error) {
      result = resultOf(error, deadline.signal);
      throw error;
    } finally {
      deadline.stop();
      this.#parts.metrics.countRequest(this.name, result);
    }
  }

  async close(): Promise<void> {
    this.#cancelCheck?.();
    this.#closing.abort(new Failure('cancelled', 'The service is stopping.'));
    this.#unwatch();
    await Promise.all(this.#checking);
    await Promise.all(this.#parts.endpoints.map(({ transport }) => transport.close()));
  }

  async #attempt(request: UpstreamRequest, deadline: Deadline): Promise<UpstreamResponse> {
    const { isRepeatable = (request.method ?? 'GET') === 'GET' } = request;
    this.#budget.deposit();
    const tried = new Set<Endpoint>();
    for (let attempt = 1; ; attempt++) {
      const endpoint = this.#choose(tried);
      tried.add(endpoint);
      try {
        return await this.#sendTo(endpoint, request, deadline, isRepeatable && attempt < maxAttempts);
      } catch (error) {
        const isWorthRepeating = isEndpointFault(error) && !isRefusal(error) && !deadline.signal.aborted;
        if (!isRepeatable || attempt >= maxAttempts || !isWorthRepeating || !this.#budget.withdraw()) return answerOf(error);
        if (!this.#hasOther(tried)) await this.#pause(attempt, deadline.signal);
      }
    }
  }

  /** One that is due for a trial first, then the better of two; endpoints that have failed this request only when there is no other. */
  #choose(tried: ReadonlySet<Endpoint>): Endpoint {
    const admitting = this.#parts.endpoints.filter(({ isAdmitting }) => isAdmitting);
    const fresh = admitting.filter((endpoint) => !tried.has(endpoint));
    const trial = fresh.find(({ isDueForTrial }) => isDueForTrial);
    const chosen = trial ?? chooseOfTwo(fresh, this.#parts.random) ?? chooseOfTwo(admitting, this.#parts.random);
    return chosen ?? this.#parts.endpoints[0]!; // whose breaker refuses, and says for how long
  }

  #hasOther(tried: ReadonlySet<Endpoint>): boolean {
    return this.#parts.endpoints.some((endpoint) => endpoint.isAdmitting && !tried.has(endpoint));
  }

  #pause(attempt: number, signal: AbortSignal): Promise<void> {
    return sleep(this.#parts.clock, backoffMs({ attempt, baseMs: 50, capMs: 1_000, jitter: 1, random: this.#parts.random }), signal);
  }

  async #sendTo(endpoint: Endpoint, request: UpstreamRequest, deadline: Deadline, mayRepeat: boolean): Promise<UpstreamResponse> {
    const timeoutMs = Math.max(1, deadline.leftMs() * (mayRepeat ? attemptShare : 1));
    const attempt = new AbortController();
    const follow = () => attempt.abort(abortFailure(deadline.signal));
    const cancel = this.#parts.clock.after(timeoutMs, () => attempt.abort(late()));
    deadline.signal.addEventListener('abort', follow, { once: true });
    if (deadline.signal.aborted) follow();
    const { method = 'GET', headers = {}, body, path } = request;
    try {
      return await endpoint.send({
        ...{ path, method, headers, body, maxBytes: this.#parts.maxBytes },
        ...{ signal: attempt.signal, timeoutMs: timeoutMs + 1_000 }, // the signal says what was late
      });
    } finally {
      cancel();
      deadline.signal.removeEventListener('abort', follow);
    }
  }

  #startDeadline({ timeoutMs = this.#parts.timeoutMs, signal }: Pick<UpstreamRequest, 'timeoutMs' | 'signal'>): Deadline {
    const { clock, timeoutMs: longestMs } = this.#parts;
    const control = new AbortController();
    const endMs = clock.nowMs() + Math.min(timeoutMs, longestMs);
    const cancel = clock.after(endMs - clock.nowMs(), () => control.abort(late()));
    const signals = [this.#closing.signal, ...(signal ? [signal] : [])];
    const onAbort = (event: Event) => control.abort(abortFailure(event.target as AbortSignal));
    for (const one of signals) {
      if (one.aborted) control.abort(abortFailure(one));
      one.addEventListener('abort', onAbort, { once: true });
    }
    const stop = () => {
      cancel();
      for (const one of signals) one.removeEventListener('abort', onAbort);
    };
    return { signal: control.signal, leftMs: () => endMs - clock.nowMs(), stop };
  }

  #planCheck(): void {
    const { checks, clock } = this.#parts;
    if (!checks || this.#cancelCheck || this.#closing.signal.aborted) return;
    this.#cancelCheck = clock.after(checks.everyMs, () => {
      this.#cancelCheck = undefined;
      if (clock.nowMs() - this.#usedAtMs > 10 * checks.everyMs) return;
      for (const endpoint of this.#parts.endpoints)
        if (endpoint.silentMs >= checks.everyMs && endpoint.isAdmitting) this.#check(endpoint, checks);
      this.#planCheck();
    });
  }

  /** Its outcome goes into the health and the breaker of the endpoint. */
  #check(endpoint: Endpoint, { path, everyMs }: ActiveChecks): void {
    const deadline = this.#startDeadline({ timeoutMs: everyMs });
    const check = this.#sendTo(endpoint, { path }, deadline, false)
      .catch(() => undefined)
      .finally(() => {
        deadline.stop();
        this.#checking.delete(check);
      });
    this.#checking.add(check);
  }
}

interface Deadline {
  readonly signal: AbortSignal;
  leftMs(): number;
  stop(): void;
}

const late = () => new Failure('deadline-exceeded', 'The server took too long.');

/** By a breaker: every endpoint refuses, or another one would have been chosen. */
const isRefusal = (error: unknown) => error instanceof Failure && error.code === 'service-unavailable';

function answerOf(error: unknown): UpstreamResponse {
  if (error instanceof ServerFault) return error.answer;
  throw error;
}

function resultOf(error: unknown, signal: AbortSignal): RequestResult {
  const code = error instanceof Failure ? error.code : undefined;
  if (code === 'deadline-exceeded') return 'timeout';
  if (signal.aborted) return 'cancelled';
  return code === 'service-unavailable' || code === 'overloaded' || code === 'address-refused' ? 'refused' : 'unreachable';
}
