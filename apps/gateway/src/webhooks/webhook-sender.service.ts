import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Outbound } from '#compute';
import { Failure } from '#contracts';
import { Database, Lifecycle, Log, runBackgroundLoop, WakeSignal } from '#platform';
import { listenToPostgres } from '#storage';
import type { ClaimLimits } from './delivery-claim.sql.ts';
import type { DeliveryAttempt } from './delivery-log.store.ts';
import { type Claim, DeliveryQueue } from './delivery-queue.store.ts';
import { retryDelayMs } from './retry-schedule.ts';
import { type Sent, sendMessage } from './send-message.ts';
import { type DeliveryOutcome, webhookDeliveries } from './webhook.metrics.ts';
import { WebhookSecrets } from './webhook-secrets.service.ts';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from './webhooks.config.ts';
import { deliveriesChannel } from './webhooks.migration.ts';

/** Open requests to one webhook, from all copies. */
const mostPerWebhook = 4;
const pollMs = 1_000;
/** First pause of a webhook whose receiver does not answer: the first step of the retry schedule. */
const firstPauseMs = 5_000;
/** At shutdown, open requests may end within this part of the grace. */
const graceShare = 0.5;

const statusGone = 410;
const isGood = (status: number | null) => status !== null && status >= 200 && status < 300;

@Injectable() // sends due deliveries, in every copy of the gateway; leases expire when a copy dies
export class WebhookSender implements OnApplicationBootstrap {
  private readonly inFlight = new Set<Promise<void>>();
  private readonly wake = new WakeSignal();
  private readonly handOver = new AbortController();

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly secrets: WebhookSecrets,
    private readonly outbound: Outbound,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig,
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
        onLost: (error) => log.warn({ err: error }, 'lost the LISTEN connection for webhook deliveries; polling until it is back'),
        signal,
      }),
    ]);
  }

  /** The time limit starts at once: a claim that PostgreSQL does not answer must not hold up the requests that are open. */
  private async drain(running: Promise<void>): Promise<void> {
    const handOver = setTimeout(
      () => this.handOver.abort(new Failure('cancelled', 'The gateway stops.')),
      this.config.SHUTDOWN_GRACE_MS * graceShare,
    );
    await running;
    await Promise.all(this.inFlight);
    clearTimeout(handOver);
  }

  /** @returns how long to rest */
  private async step(): Promise<number> {
    const free = this.config.GATEWAY_WEBHOOK_SLOTS - this.inFlight.size;
    if (free === 0) return pollMs; // the end of a request wakes this loop
    const claims = await this.queue.claim({ ...this.limits(), free });
    if (this.lifecycle.stopping.aborted) await this.giveBack(claims);
    else for (const claim of claims) this.start(claim);
    return claims.length === free ? 0 : pollMs;
  }

  private limits(): Omit<ClaimLimits, 'free'> {
    const { config } = this;
    const slotsOf = (share: number) => Math.max(1, Math.floor(config.GATEWAY_WEBHOOK_SLOTS * share));
    return {
      perWebhook: mostPerWebhook,
      perReceiver: slotsOf(config.GATEWAY_WEBHOOK_RECEIVER_SHARE),
      failing: slotsOf(config.GATEWAY_WEBHOOK_FAILING_SHARE),
      ownerShare: config.GATEWAY_WEBHOOK_OWNER_SHARE,
    };
  }

  /** A claim that was in flight when the stop began: nothing of it is sent and no attempt is counted. */
  private async giveBack(claims: readonly Claim[]): Promise<void> {
    for (const claim of claims) await this.queue.release(claim);
    webhookDeliveries.inc({ outcome: 'released' }, claims.length);
  }

  private start(claim: Claim): void {
    const sending = this.deliver(claim)
      .catch((error: unknown) =>
        this.log.warn(
          { err: error, deliveryId: claim.id },
          'failed to record a webhook delivery attempt; it is sent again after its lease',
        ),
      )
      .finally(() => {
        this.inFlight.delete(sending);
        this.wake.notify();
      });
    this.inFlight.add(sending);
  }

  private async deliver(claim: Claim): Promise<void> {
    try {
      const { done, retryAfterSeconds } = await this.send(claim);
      const outcome = await this.conclude(claim, done, retryAfterSeconds);
      webhookDeliveries.inc({ outcome });
    } catch (error) {
      if (!this.handOver.signal.aborted) throw error;
      await this.queue.release(claim);
      webhookDeliveries.inc({ outcome: 'released' });
    }
  }

  private async send(claim: Claim): Promise<Sent> {
    const secrets = await this.secrets.open(claim);
    if (secrets.length === 0) return { done: unsigned(), retryAfterSeconds: undefined };
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

  private async conclude(claim: Claim, done: DeliveryAttempt, retryAfterSeconds: number | undefined): Promise<DeliveryOutcome> {
    if (isGood(done.status)) return (await this.queue.delivered(claim, done)) ? 'delivered' : 'lost';
    if (done.status === statusGone) return (await this.queue.gone(claim, done)) ? 'gone' : 'lost';
    const delayMs = retryDelayMs(claim.attempts, retryAfterSeconds);
    const pause = {
      retryAfterMs: (retryAfterSeconds ?? 0) * 1_000,
      firstMs: firstPauseMs,
      maxMs: this.config.GATEWAY_WEBHOOK_PAUSE_MAX_MS,
    };
    if (!(await this.queue.missed(claim, done, delayMs, pause))) return 'lost';
    return delayMs === undefined ? 'failed' : 'retried';
  }
}

/** The result for a message that cannot be signed; it is not sent. */
const unsigned = (): DeliveryAttempt => ({
  at: new Date().toISOString(),
  status: null,
  error: 'secret-unreadable',
  durationMs: 0,
  snippet: '',
});
