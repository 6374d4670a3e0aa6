import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, Lifecycle, Log, runBackgroundLoop, WakeSignal } from '#platform';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { SecurityEventStore } from './security-event.store.ts';

const everyMs = 60 * 60_000;

/** Deletes security events that are older than the retention or beyond the maximum number. Runs on every copy; rows that another copy is deleting are skipped. */
@Injectable()
export class SecurityEventJanitor implements OnApplicationBootstrap {
  constructor(
    private readonly store: SecurityEventStore,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(IDENTITY_CONFIG) private readonly config: IdentityConfig,
  ) {}

  onApplicationBootstrap(): void {
    const { GATEWAY_SECURITY_EVENT_DAYS: days, GATEWAY_SECURITY_EVENTS_MAX: maxRows } = this.config;
    const step = async () => ((await this.store.sweep(days, maxRows)) ? 0 : everyMs);
    const run = () =>
      runBackgroundLoop({
        purpose: 'forget old security events',
        log: this.log,
        signal: this.lifecycle.stopping,
        wake: new WakeSignal(),
        step,
      });
    const running = this.database.whenOpen().then(run);
    this.lifecycle.onDrain('security events', () => (this.database.sourceOrNone ? running : undefined));
  }
}
