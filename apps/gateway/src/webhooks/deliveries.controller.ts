import { Controller } from '@nestjs/common';
import { requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Route } from '../http/route.ts';
import { DeliveryLog } from './delivery-log.store.ts';
import { WebhookStore } from './webhook.store.ts';
import { toDeliveryResource } from './webhook-resource.ts';
import { getDeliveries, getOneDelivery, replayDelivery, testWebhook } from './webhooks.endpoints.ts';
import { Webhooks } from './webhooks.service.ts';

@Controller()
export class DeliveriesController {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly store: WebhookStore,
    private readonly log: DeliveryLog,
  ) {}

  @Route(testWebhook)
  async test(@Input() { params }: InputOf<typeof testWebhook>) {
    return toDeliveryResource(await this.webhooks.test(params.webhookId, requireSubject()));
  }

  @Route(getDeliveries)
  async list(@Input() { params, query }: InputOf<typeof getDeliveries>) {
    const { id } = await this.store.get(params.webhookId, requireSubject());
    const { items, nextCursor } = await this.log.list(id, query.state, query);
    return { items: items.map(toDeliveryResource), nextCursor };
  }

  @Route(getOneDelivery)
  async one(@Input() { params }: InputOf<typeof getOneDelivery>) {
    const { id } = await this.store.get(params.webhookId, requireSubject());
    const { body, ...delivery } = await this.log.get(id, params.deliveryId);
    return { ...toDeliveryResource(delivery), body };
  }

  @Route(replayDelivery)
  async replay(@Input() { params }: InputOf<typeof replayDelivery>) {
    return toDeliveryResource(await this.webhooks.replay(params.webhookId, requireSubject(), params.deliveryId));
  }
}
