import { setTimeout as after } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Outbound } from '#compute';
import { Failure } from '#contracts';
import { Database, Lifecycle, Log, runBackgroundLoop, WakeSignal } from '#platform';
import { listenToPostgres } from '#storage';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import type { Try } from './delivery-log.store.ts';
import { type Claim, DeliveryQueue } from './delivery-queue.store.ts';
import { retryDelayMs } from './retry-schedule.ts';
import { type Sent, sendMessage } from './send-message.ts';
import { type DeliveryOutcome, webhookDeliveries } from './webhook.metrics.ts';
import { WebhookSecrets } from './webhook-secrets.service.ts';
import { deliveriesChannel } from './webhooks.migration.ts';

/** Under way at once: in this process, and to one webhook from all of them. */
const mostAtOnce = 256;
const mostPerWebhook = 4;
const pollMs = 1_000;
/** At a shutdown, what is under way may end within this part of the grace. */
const graceShare = 0.5;

const statusGone = 410;
const isGood = (status: number | null) => status !== null && status >= 200 && status < 300;

@Injectable() // sends what is due, in every copy of the gateway; a copy that dies is replaced after its lease
export class WebhookSender implements OnApplicationBootstrap {
  private readonly underWay = new Set<Promise<void>>();
  private readonly wake = new WakeSignal();
  private readonly handOver = new AbortController();

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly secrets: WebhookSecrets,
    private readonly outbound: Outbound,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  onApplicationBootstrap(): void {
    const running = this.database.whenOpen().then(() => this.run());
    this.lifecycle.onDrain('webhooks', () => (this.database.sourceOrNone ? this.drain(running) : undefined));
  }

  private async run(): Promise<void> {
    const signal = this.lifecycle.stopping;
    const { log, wake } = this;
    await Promise.all([
      runBackgroundLoop({ purpose: 'send webhooks', log, signal, wake, step: () => this.step() }),
      listenToPostgres({
        url: this.config.DATABASE_URL,
        channel: deliveriesChannel,
        onNotify: () => wake.notify(),
        onLost: (error) => log.warn({ err: error }, 'lost the connection that hears of messages to webhooks; polling meanwhile'),
        signal,
      }),
    ]);
  }

  private async drain(running: Promise<void>): Promise<void> {
    await running;
    const ended = Promise.all(this.underWay);
    await Promise.race([ended, after(this.config.SHUTDOWN_GRACE_MS * graceShare, undefined, { ref: false })]);
    this.handOver.abort(new Failure('cancelled', 'The gateway stops.'));
    await ended;
  }

  /** @returns how long to rest */
  private async step(): Promise<number> {
    const free = mostAtOnce - this.underWay.size;
    if (free === 0) return pollMs; // somebody who ends rings
    const claims = await this.queue.claim(free, mostPerWebhook);
    for (const claim of claims) this.start(claim);
    return claims.length === free ? 0 : pollMs;
  }

  private start(claim: Claim): void {
    const sending = this.deliver(claim)
      .catch((error: unknown) =>
        this.log.warn({ err: error, deliveryId: claim.id }, 'a message to a webhook waits for its lease to run out'),
      )
      .finally(() => {
        this.underWay.delete(sending);
        this.wake.notify();
      });
    this.underWay.add(sending);
  }

  private async deliver(claim: Claim): Promise<void> {
    try {
      const { done, wishSeconds } = await this.send(claim);
      const outcome = await this.conclude(claim, done, wishSeconds);
      webhookDeliveries.inc({ outcome });
    } catch (error) {
      if (!this.handOver.signal.aborted) throw error;
      await this.queue.release(claim);
      webhookDeliveries.inc({ outcome: 'released' });
    }
  }

  private async send(claim: Claim): Promise<Sent> {
    const secrets = await this.secrets.open(claim);
    if (secrets.length === 0) return { done: unsigned(), wishSeconds: undefined };
    const { url, messageId: id, body } = claim;
    const message = { id, body, timestampSeconds: Math.floor(Date.now() / 1_000) };
    return sendMessage(this.outbound, {
      url,
      message,
      secrets,
      timeoutMs: this.config.GATEWAY_WEBHOOK_TIMEOUT_MS,
      signal: this.handOver.signal,
    });
  }

  private async conclude(claim: Claim, done: Try, wishSeconds: number | undefined): Promise<DeliveryOutcome> {
    if (isGood(done.status)) return (await this.queue.delivered(claim, done)) ? 'delivered' : 'lost';
    if (done.status === statusGone) return (await this.queue.gone(claim, done)) ? 'gone' : 'lost';
    const delayMs = retryDelayMs(claim.attempts, wishSeconds);
    if (!(await this.queue.missed(claim, done, delayMs))) return 'lost';
    return delayMs === undefined ? 'failed' : 'retried';
  }
}

/** What cannot be signed is not sent. */
const unsigned = (): Try => ({ at: new Date().toISOString(), status: null, error: 'secret-unreadable', durationMs: 0, snippet: '' });
