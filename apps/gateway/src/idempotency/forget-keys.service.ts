import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { IdempotencyStore } from './idempotency.store.ts';

const everyMs = 10 * 60_000;

/** Forgets keys once their day is over. Every copy does; rows that another one forgets are skipped. */
@Injectable()
export class ForgetKeys implements OnApplicationBootstrap {
  constructor(
    private readonly store: IdempotencyStore,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const step = async () => ((await this.store.sweep()) ? 0 : everyMs);
    const run = () =>
      runBackgroundLoop({
        purpose: 'forget old idempotency keys',
        log: this.log,
        signal: this.lifecycle.stopping,
        wake: new WakeSignal(),
        step,
      });
    const running = this.database.whenOpen().then(run);
    this.lifecycle.onDrain('idempotency keys', () => (this.database.sourceOrNone ? running : undefined));
  }
}
