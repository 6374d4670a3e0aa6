/** Prometheus metrics of connections to upstreams. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { SocketCounts } from './upstream-options.ts';

export const requestResults = ['succeeded', 'client-error', 'server-error', 'timeout', 'unreachable', 'refused', 'cancelled'] as const;
export type RequestResult = (typeof requestResults)[number];

export interface WatchedUpstream {
  readonly name: string;
  readonly sockets: SocketCounts;
  /** Requests that wait for a connection. */
  readonly waiting: number;
  readonly health: number;
}

export class ConnectionMetrics {
  readonly #watched = new Set<WatchedUpstream>();
  readonly #requests: Counter<'service_type' | 'result'>;
  readonly #latency: Histogram<'service_type' | 'endpoint'>;

  /** @param prefix of the names: `audio` gives `audio_connection_pool_size` */
  constructor(registry: Registry, prefix: string) {
    const watched = this.#watched;
    const registers = [registry];
    new Gauge({
      name: `${prefix}_connection_pool_size`,
      help: 'Connections to a provider that carry a request (active) or are kept open (idle), and requests that wait for one (waiting).',
      labelNames: ['service_type', 'status'],
      registers,
      collect() {
        for (const { name, sockets, waiting } of watched)
          for (const [status, count] of Object.entries({ active: sockets.active, idle: sockets.idle, waiting }))
            this.set({ service_type: name, status }, count);
      },
    });
    new Gauge({
      name: `${prefix}_pool_health_score`,
      help: 'Health of the connections to a provider, from 0 (every endpoint is refused) to 1 (every answer was good).',
      labelNames: ['service_type'],
      registers,
      collect() {
        for (const { name, health } of watched) this.set({ service_type: name }, health);
      },
    });
    this.#requests = new Counter({
      name: `${prefix}_connection_requests_total`,
      help: 'Requests to a provider by their result, repetitions not counted.',
      labelNames: ['service_type', 'result'],
      registers,
    });
    this.#latency = new Histogram({
      name: `${prefix}_connection_latency_seconds`,
      help: 'Time from sending a request to an endpoint of a provider to the last byte of its answer.',
      labelNames: ['service_type', 'endpoint'],
      buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
      registers,
    });
  }

  /** The returned function ends it. */
  watch(upstream: WatchedUpstream): () => void {
    this.#watched.add(upstream);
    for (const result of requestResults) this.#requests.inc({ service_type: upstream.name, result }, 0);
    return () => void this.#watched.delete(upstream);
  }

  countRequest(upstream: string, result: RequestResult): void {
    this.#requests.inc({ service_type: upstream, result });
  }

  observeLatency(upstream: string, endpoint: string, seconds: number): void {
    this.#latency.observe({ service_type: upstream, endpoint }, seconds);
  }
}
