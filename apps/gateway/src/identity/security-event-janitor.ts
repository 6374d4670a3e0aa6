import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { HourlyUpkeep } from '#storage';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { SecurityEventStore } from './security-event.store.ts';

const everyMs = 60_000;

/** Drops months of security events that are older than the retention, deletes those beyond the maximum number, and makes partitions ahead. Runs on every instance. */
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
    const upkeep = new HourlyUpkeep('identity.security_events', this.log);
    const step = async () => {
      await upkeep.whenDue(() => this.store.maintain(days));
      return (await this.store.sweep(maxRows)) ? 0 : everyMs;
    };
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
