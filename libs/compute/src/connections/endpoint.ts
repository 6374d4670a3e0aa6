/** One endpoint of an upstream: its connections, its health and its breaker. */
import type { Registry } from 'prom-client';
import { Failure, failures } from '#contracts';
import { CircuitBreaker } from '../circuit-breaker.ts';
import type { Clock } from '../clock.ts';
import type { Candidate } from './endpoint-health.ts';
import { EndpointHealth } from './endpoint-health.ts';
import type { Transport, TransportRequest, UpstreamResponse } from './upstream-options.ts';

/** An answer of 500 and more: a fault of the endpoint, and still an answer. */
export class ServerFault extends Error {
  readonly answer: UpstreamResponse;

  constructor(answer: UpstreamResponse) {
    super(`the server answered ${answer.status}`);
    this.answer = answer;
  }
}

export interface EndpointOptions {
  readonly upstream: string;
  readonly name: string;
  readonly base: URL;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly onLatency: (endpoint: string, seconds: number) => void;
}

export type EndpointRequest = Omit<TransportRequest, 'url'> & { readonly path: string };

/** Of remote sides: what they do wrong although our request was right. */
const remoteFaults: ReadonlySet<string> = new Set(['remote-unreachable', 'remote-refused', 'payload-too-large']);

/** Whether the endpoint is to blame. An address that may not be called, and a caller that left, say nothing about it. */
export const isEndpointFault = (error: unknown): boolean =>
  !(error instanceof Failure) || remoteFaults.has(error.code) || (error.code !== 'cancelled' && failures[error.code].status >= 500);

const openMs = 5_000;

export class Endpoint implements Candidate {
  readonly name: string;
  readonly transport: Transport;
  readonly #options: EndpointOptions;
  readonly #breaker: CircuitBreaker;
  readonly #health = new EndpointHealth();
  #answeredAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.name = options.name;
    this.transport = options.transport;
    const { clock, registry } = options;
    const name = `${options.upstream}-${options.name}`;
    this.#breaker = new CircuitBreaker({ name, minCalls: 10, failureRatio: 0.6, openMs, isFault: isEndpointFault, clock, registry });
  }

  get cost(): number {
    return this.#health.cost;
  }

  /** Whether its breaker lets a request through. */
  get isAdmitting(): boolean {
    return this.#breaker.isAdmitting;
  }

  /** Its breaker is open, and the next request finds out whether it has recovered. */
  get isDueForTrial(): boolean {
    return this.#breaker.state === 'open' && this.#breaker.isAdmitting;
  }

  /** In [0, 1]. */
  get health(): number {
    return { closed: 1, 'half-open': 0.5, open: 0 }[this.#breaker.state] * this.#health.success;
  }

  /** Since the last answer, good or bad. */
  get silentMs(): number {
    return this.#options.clock.nowMs() - this.#answeredAtMs;
  }

  /** @throws ServerFault for an answer of 500 and more; Failure `service-unavailable` while the breaker is open; what the transport throws */
  send(request: EndpointRequest): Promise<UpstreamResponse> {
    return this.#breaker.run(() => this.#measured(request));
  }

  async #measured(request: EndpointRequest): Promise<UpstreamResponse> {
    const { clock, transport, onLatency } = this.#options;
    const startMs = clock.nowMs();
    let isGood: boolean | undefined;
    this.#health.begin();
    try {
      const answer = { ...(await transport.send({ ...request, url: this.#urlOf(request.path) })), endpoint: this.name };
      isGood = answer.status < 500;
      if (!isGood) throw new ServerFault(answer);
      return answer;
    } catch (error) {
      if (isEndpointFault(error)) isGood = false;
      throw error;
    } finally {
      const tookMs = clock.nowMs() - startMs;
      this.#health.end(tookMs, isGood);
      if (isGood !== undefined) this.#answeredAtMs = clock.nowMs();
      onLatency(this.name, tookMs / 1_000);
    }
  }

  #urlOf(path: string): URL {
    return new URL(this.#options.base.href.replace(/\/$/, '') + path);
  }
}
