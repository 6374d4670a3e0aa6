/** A new connection for each request. */
import { buffer } from 'node:stream/consumers';
import type { Outbound } from '../outbound/outbound.ts';
import type { SocketCounts, Transport, TransportRequest, UpstreamResponse } from './upstream-options.ts';

export class PlainTransport implements Transport {
  readonly #outbound: Outbound;
  #active = 0;

  constructor(outbound: Outbound) {
    this.#outbound = outbound;
  }

  get sockets(): SocketCounts {
    return { active: this.#active, idle: 0 };
  }

  async send({ url, method, headers, body, maxBytes, signal, timeoutMs }: TransportRequest): Promise<Omit<UpstreamResponse, 'endpoint'>> {
    this.#active++;
    try {
      const limits = { totalMs: timeoutMs, idleMs: timeoutMs, maxBytes };
      const answer = await this.#outbound.send({ url: url.href, method, headers, ...(body === undefined ? {} : { body }), limits, signal });
      return { status: answer.status, headers: answer.headers, body: await buffer(answer.body) };
    } finally {
      this.#active--;
    }
  }

  async close(): Promise<void> {}
}
