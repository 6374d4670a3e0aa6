import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Database, Lifecycle, Log } from '#platform';
import { HourlyUpkeep } from '#storage';
import { DeliveryQueue } from './delivery-queue.store.ts';
import { webhookOldest, webhookPending } from './webhook.metrics.ts';

const everyMs = 15_000;

@Injectable() // measures the backlog, makes partitions of deliveries ahead and drops old ones
export class WebhookJanitor implements OnApplicationBootstrap {
  private readonly upkeep: HourlyUpkeep;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {
    this.upkeep = new HourlyUpkeep('gateway.webhook_delivery', log);
  }

  onApplicationBootstrap(): void {
    const loop = {
      purpose: 'measure and prune webhook deliveries',
      log: this.log,
      signal: this.lifecycle.stopping,
      wake: new WakeSignal(),
      step: () => this.step(),
    };
    const running = this.database.whenOpen().then(() => runBackgroundLoop(loop));
    this.lifecycle.onDrain('webhook janitor', () => (this.database.sourceOrNone ? running : undefined));
  }

  private async step(): Promise<number> {
    const { pending, oldestSeconds } = await this.queue.backlog();
    webhookPending.set(pending);
    webhookOldest.set(oldestSeconds);
    await this.upkeep.whenDue(() => this.queue.maintain());
    return everyMs;
  }
}
