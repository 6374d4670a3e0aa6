import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Outbound, runBackgroundLoop, WakeSignal } from '#compute';
import { Failure } from '#contracts';
import { Database, Lifecycle, Log } from '#platform';
import { type Unverified, WebhookVerificationStore } from './webhook-verification.store.ts';

const everyMs = 1_000;
const atOnce = 10;
const withinMs = 5_000;

@Injectable() // verifies webhooks whose host name could not be resolved when they were created or changed
export class WebhookVerifier implements OnApplicationBootstrap {
  constructor(
    private readonly store: WebhookVerificationStore,
    private readonly outbound: Outbound,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const loop = {
      purpose: 'verify webhooks',
      log: this.log,
      signal: this.lifecycle.stopping,
      wake: new WakeSignal(),
      step: () => this.step(),
    };
    const running = this.database.whenOpen().then(() => runBackgroundLoop(loop));
    this.lifecycle.onDrain('webhook verifier', () => (this.database.sourceOrNone ? running : undefined));
  }

  private async step(): Promise<number> {
    const due = await this.store.claim(atOnce);
    await Promise.all(due.map((webhook) => this.verify(webhook)));
    return due.length === atOnce ? 0 : everyMs;
  }

  private async verify(webhook: Unverified): Promise<void> {
    const error = await this.outbound.check(webhook.url, withinMs).then(
      () => undefined,
      (reason: unknown) => Failure.from(reason),
    );
    if (!error) await this.store.verified(webhook);
    else if (error.code === 'address-refused') await this.store.refused(webhook);
    else await this.store.unreachable(webhook);
  }
}
