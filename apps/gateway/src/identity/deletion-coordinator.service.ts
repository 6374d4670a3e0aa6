import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { userDeleted } from '#contracts';
import { Bus, Database, Lifecycle, Log } from '#platform';
import { AccountDeletionStore } from './account-deletion.store.ts';

const everyMs = 5_000;

/** Ends accounts whose deletion is due and tells the services to erase, until all have confirmed. Runs on every instance; rows decide who does what. */
@Injectable()
export class DeletionCoordinator implements OnApplicationBootstrap {
  constructor(
    private readonly store: AccountDeletionStore,
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const run = () =>
      runBackgroundLoop({
        purpose: 'delete accounts',
        log: this.log,
        signal: this.lifecycle.stopping,
        wake: new WakeSignal(),
        step: async () => ((await this.step()) > 0 ? 0 : everyMs),
      });
    const running = this.database.whenOpen().then(run);
    this.lifecycle.onDrain('account deletions', () => (this.database.sourceOrNone ? running : undefined));
  }

  /** @returns how many accounts ended */
  private async step(): Promise<number> {
    const begun = await this.store.beginDue();
    for (const userId of await this.store.open()) this.bus.publish(userDeleted, { userId });
    await this.store.forget();
    return begun;
  }
}
