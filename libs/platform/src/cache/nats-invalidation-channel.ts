/** Publishes cache invalidations over NATS, at most once; the log in Redis delivers those that are lost. */

import type { Invalidation, InvalidationChannel } from '#cache';
import { cacheInvalidated } from '#contracts';
import type { Bus } from '../bus/bus.ts';
import type { NatsLink } from '../bus/nats-link.ts';
import type { Log } from '../logs/log.ts';

export class NatsInvalidationChannel implements InvalidationChannel {
  readonly #bus: Bus;
  readonly #link: NatsLink;
  readonly #log: Log;

  constructor(bus: Bus, link: NatsLink, log: Log) {
    this.#bus = bus;
    this.#link = link;
    this.#log = log;
  }

  /** Sends nothing while NATS is disconnected: other instances read the invalidation from the log in Redis. */
  publish(message: Invalidation): void {
    if (this.#link.isUp) this.#bus.publish(cacheInvalidated, message);
  }

  subscribe(handler: (message: Invalidation) => void): () => void {
    let stopped = false;
    const subscription = this.#bus.subscribe(cacheInvalidated, (message) => {
      if (!stopped) handler(message);
    });
    subscription.catch((error: unknown) => this.#log.debug({ err: error }, 'subscription closed before NATS was connected'));
    return () => {
      stopped = true;
      subscription.then(
        (open) => open.unsubscribe(),
        () => undefined,
      );
    };
  }
}
