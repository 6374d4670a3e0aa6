import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, Lifecycle, Log, runBackgroundLoop, WakeSignal } from '#platform';
import { DeliveryQueue } from './delivery-queue.store.ts';
import { webhookOldest, webhookPending } from './webhook.metrics.ts';

const everyMs = 15_000;

@Injectable() // shows how much waits, and forgets what ended long ago
export class WebhookUpkeep implements OnApplicationBootstrap {
  constructor(
    private readonly queue: DeliveryQueue,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const loop = {
      purpose: 'look after webhooks',
      log: this.log,
      signal: this.lifecycle.stopping,
      wake: new WakeSignal(),
      step: () => this.step(),
    };
    const running = this.database.whenOpen().then(() => runBackgroundLoop(loop));
    this.lifecycle.onDrain('webhook upkeep', () => (this.database.sourceOrNone ? running : undefined));
  }

  private async step(): Promise<number> {
    const { pending, oldestSeconds } = await this.queue.backlog();
    webhookPending.set(pending);
    webhookOldest.set(oldestSeconds);
    return (await this.queue.prune()) ? 0 : everyMs;
  }
}
