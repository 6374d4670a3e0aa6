/** Connections to the upstreams of a service. With the pool switched off, every request opens a connection; nothing else changes. */
import type { Registry } from 'prom-client';
import { type Clock, systemClock } from '../clock.ts';
import { checkUrl, type OutboundPolicy } from '../outbound/destination.ts';
import { Outbound } from '../outbound/outbound.ts';
import { AddressBook, type ResolveRecords, systemRecords } from './address-book.ts';
import { ConnectionMetrics } from './connection-metrics.ts';
import { Endpoint } from './endpoint.ts';
import { PlainTransport } from './plain-transport.ts';
import { PooledTransport } from './pooled-transport.ts';
import { RequestSlots } from './request-slots.ts';
import { SwitchedTransport } from './switched-transport.ts';
import { Upstream } from './upstream.ts';
import type { Transport, UpstreamOptions } from './upstream-options.ts';

export interface ConnectionOptions extends OutboundPolicy {
  /** Whether connections are kept for the next request; asked before each one. */
  readonly isPooled: () => boolean;
  /** Connections to one upstream, all its endpoints together; 1 to 100. */
  readonly maxConnections: number;
  /** Longest time for one request. */
  readonly timeoutMs: number;
  readonly registry: Registry;
  /** Of the metrics' names. */
  readonly metricsPrefix: string;
  /** Default: DNS. */
  readonly resolve?: ResolveRecords;
  /** PEM of a certificate authority that replaces the built-in ones. */
  readonly ca?: string;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** Requests that wait for a connection, for each connection there may be. */
const waitingPerConnection = 10;
const defaultMaxBytes = 1_024 * 1_024;

export class ConnectionManager {
  readonly #options: ConnectionOptions;
  readonly #metrics: ConnectionMetrics;
  readonly #outbound: Outbound;
  readonly #upstreams = new Map<string, Upstream>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#metrics = new ConnectionMetrics(options.registry, options.metricsPrefix);
    const resolve = options.resolve ?? systemRecords;
    this.#outbound = new Outbound({ ...options, resolve: async (hostname, signal) => (await resolve(hostname, signal)).addresses });
  }

  /**
   * Nothing is connected before the first request.
   *
   * @throws RangeError when the name is taken or there is no endpoint; Failure `address-refused` when an endpoint's address cannot be called
   */
  open(options: UpstreamOptions): Upstream {
    const { name, endpoints, checks, maxBytes = defaultMaxBytes } = options;
    if (this.#upstreams.has(name)) throw new RangeError(`there is an upstream ${name} already`);
    if (endpoints.length === 0) throw new RangeError(`the upstream ${name} has no endpoint`);
    const { maxConnections, timeoutMs, clock = systemClock, random = Math.random } = this.#options;
    const parts = { name, checks, maxBytes, timeoutMs, clock, random, metrics: this.#metrics };
    const slots = new RequestSlots(maxConnections, maxConnections * waitingPerConnection);
    const upstream = new Upstream({ ...parts, slots, endpoints: this.#endpointsOf(options, clock) });
    this.#upstreams.set(name, upstream);
    return upstream;
  }

  async close(): Promise<void> {
    const upstreams = [...this.#upstreams.values()];
    this.#upstreams.clear();
    await Promise.all(upstreams.map((upstream) => upstream.close()));
  }

  #endpointsOf({ name: upstream, endpoints }: UpstreamOptions, clock: Clock): Endpoint[] {
    const { registry, maxConnections } = this.#options;
    const connections = Math.max(1, Math.floor(maxConnections / endpoints.length));
    const onLatency = (endpoint: string, seconds: number) => this.#metrics.observeLatency(upstream, endpoint, seconds);
    return endpoints.map(({ name, url }, index) => {
      const base = checkUrl(url, this.#options);
      const transport = this.#transportTo(base, connections, clock);
      return new Endpoint({ upstream, name: name ?? String(index), base, transport, clock, registry, onLatency });
    });
  }

  #transportTo(base: URL, connections: number, clock: Clock): Transport {
    const { isPooled, timeoutMs, ca, resolve = systemRecords } = this.#options;
    const pooled = new PooledTransport(new AddressBook(base, this.#options, resolve, clock), { connections, timeoutMs, ca });
    return new SwitchedTransport(pooled, new PlainTransport(this.#outbound), isPooled);
  }
}
