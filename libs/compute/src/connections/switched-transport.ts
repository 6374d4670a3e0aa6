/** Keep-alive connections or a new one for each request, as a switch says that may change at any time. */
import type { PlainTransport } from './plain-transport.ts';
import type { PooledTransport } from './pooled-transport.ts';
import type { SocketCounts, Transport, TransportRequest } from './upstream-options.ts';

export class SwitchedTransport implements Transport {
  readonly #pooled: PooledTransport;
  readonly #plain: PlainTransport;
  readonly #isPooled: () => boolean;

  constructor(pooled: PooledTransport, plain: PlainTransport, isPooled: () => boolean) {
    this.#pooled = pooled;
    this.#plain = plain;
    this.#isPooled = isPooled;
  }

  get sockets(): SocketCounts {
    const [pooled, plain] = [this.#pooled.sockets, this.#plain.sockets];
    return { active: pooled.active + plain.active, idle: pooled.idle + plain.idle };
  }

  send(request: TransportRequest): ReturnType<Transport['send']> {
    if (this.#isPooled()) return this.#pooled.send(request);
    this.#pooled.drain();
    return this.#plain.send(request);
  }

  async close(): Promise<void> {
    await Promise.all([this.#pooled.close(), this.#plain.close()]);
  }
}
