import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { PublicationStore } from './publication.store.ts';
import { PublicationAttempts } from './publication-attempts.service.ts';
import { PUBLISHING_CONFIG, type PublishingConfig } from './publishing.config.ts';

/** The instance that a publication is added by wakes itself; the others find it when they look again. */
const pollMs = 10_000;

@Injectable() // publishes what is due; of several instances one works on each publication
export class PublicationRunner implements OnApplicationBootstrap {
  private readonly wakes: readonly WakeSignal[];

  constructor(
    private readonly attempts: PublicationAttempts,
    private readonly publications: PublicationStore,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(PUBLISHING_CONFIG) config: PublishingConfig,
  ) {
    this.wakes = Array.from({ length: config.POSTS_PUBLISHING_SLOTS }, () => new WakeSignal());
  }

  onApplicationBootstrap(): void {
    const running = this.database.whenOpen().then(() => Promise.all(this.wakes.map((wake) => this.run(wake))));
    this.lifecycle.onDrain('publications', async () => {
      if (this.database.sourceOrNone) await running;
    });
  }

  /** Something is due now or has moved. */
  wake(): void {
    for (const wake of this.wakes) wake.notify();
  }

  private run(wake: WakeSignal): Promise<void> {
    const { log, lifecycle } = this;
    return runBackgroundLoop({ purpose: 'publish what is due', log, signal: lifecycle.stopping, wake, step: () => this.step() });
  }

  /** @returns ms until the next step */
  private async step(): Promise<number> {
    if (await this.attempts.makeOne()) return 0;
    return Math.min(pollMs, (await this.publications.nextInMs()) ?? pollMs);
  }
}
