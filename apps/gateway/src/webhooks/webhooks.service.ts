import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Outbound } from '#compute';
import { Failure, type WebhookEvent, webhookTestEvent } from '#contracts';
import { DeliveryLog, type DeliveryRow } from './delivery-log.store.ts';
import { type WebhookChange, type WebhookRow, WebhookStore } from './webhook.store.ts';
import { WebhookSecrets } from './webhook-secrets.service.ts';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from './webhooks.config.ts';

export interface WebhookInput {
  readonly url: string;
  /** Types of events; none: all. */
  readonly types: readonly WebhookEvent[];
  readonly description: string;
  /** Pairs that a resource must have. */
  readonly metadataFilter: Readonly<Record<string, string>>;
}

/** What is absent stays. */
export type WebhookWish = { readonly [Field in keyof WebhookInput]?: WebhookInput[Field] | undefined } & Pick<
  WebhookChange,
  'enabled' | 'ifRevision'
>;

type WithSecret = WebhookRow & { readonly secret: string };

const checkWithinMs = 5_000;
const rotationGraceHours = 24;
const unique = (events: readonly WebhookEvent[]) => [...new Set(events)];

@Injectable() // creates and changes webhooks; checks that their URLs may be requested
export class Webhooks {
  constructor(
    private readonly store: WebhookStore,
    private readonly log: DeliveryLog,
    private readonly secrets: WebhookSecrets,
    private readonly outbound: Outbound,
    @Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig,
  ) {}

  /** Without an answer of the DNS the webhook is created unverified. @throws Failure `address-refused`, `too-many-webhooks` */
  async create(ownerId: string, { url, types, description, metadataFilter }: WebhookInput): Promise<WithSecret> {
    const isVerified = await this.verify(url);
    const id = randomUUID();
    const { secret, sealed } = await this.secrets.make(id);
    const row = { id, ownerId, url, description, metadata: metadataFilter, events: unique(types), sealedSecret: sealed, isVerified };
    return { ...(await this.store.add(row, this.config.GATEWAY_WEBHOOKS_PER_USER)), secret };
  }

  /** @throws Failure `webhook-not-found`, `address-refused`, `precondition-failed` */
  async change(id: string, ownerId: string, { types, metadataFilter, ...wish }: WebhookWish): Promise<WebhookRow> {
    await this.store.get(id, ownerId);
    const verified = wish.url === undefined ? {} : { isVerified: await this.verify(wish.url) };
    const filters = { ...(types ? { events: unique(types) } : {}), ...(metadataFilter ? { metadata: metadataFilter } : {}) };
    return this.store.change(id, ownerId, { ...wish, ...verified, ...filters } as WebhookChange);
  }

  /** @throws Failure `webhook-not-found` */
  async rotateSecret(id: string, ownerId: string): Promise<WithSecret> {
    const { secret, sealed } = await this.secrets.make(id);
    return { ...(await this.store.rotate(id, ownerId, sealed, rotationGraceHours)), secret };
  }

  /** @throws Failure `webhook-not-found`, `webhook-disabled` */
  async test(id: string, ownerId: string): Promise<DeliveryRow> {
    await this.store.get(id, ownerId);
    const data = { message: 'If you can read this and the signature is right, your receiver works.' };
    const body = JSON.stringify({ type: webhookTestEvent, timestamp: new Date().toISOString(), data });
    return this.log.add({ webhookId: id, messageId: `msg_${randomUUID().replaceAll('-', '')}`, event: webhookTestEvent, body });
  }

  /** @throws Failure `webhook-not-found`, `delivery-not-found`, `webhook-disabled` */
  async replay(id: string, ownerId: string, deliveryId: string): Promise<DeliveryRow> {
    await this.store.get(id, ownerId);
    const { messageId, event, body } = await this.log.get(id, deliveryId);
    return this.log.add({ webhookId: id, messageId, event, body, replayOf: deliveryId });
  }

  /** @returns false when the host name could not be resolved now. @throws Failure `address-refused` */
  private async verify(url: string): Promise<boolean> {
    try {
      await this.outbound.check(url, checkWithinMs);
      return true;
    } catch (error) {
      if (Failure.from(error).code === 'address-refused') throw error;
      return false;
    }
  }
}
