import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { userDeleted } from '#contracts';
import { Bus, Database, Lifecycle, Log } from '#platform';
import { AccountDeletionStore } from './account-deletion.store.ts';

const everyMs = 5_000;
const forgetEveryMs = 3_600_000;

/** Ends accounts whose deletion is due and tells the services to erase, until all have confirmed. Runs on every instance; rows decide who does what. */
@Injectable()
export class DeletionCoordinator implements OnApplicationBootstrap {
  private forgotAtMs = Number.NEGATIVE_INFINITY;

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
    const due = await this.store.due();
    const begun = await Promise.all(due.map((userId) => this.begin(userId)));
    for (const userId of await this.store.open()) this.bus.publish(userDeleted, { userId });
    if (performance.now() - this.forgotAtMs > forgetEveryMs) {
      await this.store.forget();
      this.forgotAtMs = performance.now();
    }
    return begun.filter(Boolean).length;
  }

  /** One account that cannot be ended now is tried again later and delays no other. */
  private begin(userId: string): Promise<boolean> {
    return this.store.begin(userId).then(
      () => true,
      (error: unknown) => {
        this.log.warn({ err: error }, 'the deletion of an account could not begin; it is tried again');
        return false;
      },
    );
  }
}
