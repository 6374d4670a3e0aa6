import { Module } from '@nestjs/common';
import { OutboundModule } from '../outbound/outbound.module.ts';
import { DeliveriesController } from './deliveries.controller.ts';
import { DeliveryLog } from './delivery-log.store.ts';
import { DeliveryQueue } from './delivery-queue.store.ts';
import { WebhookStore } from './webhook.store.ts';
import { WebhookSecrets } from './webhook-secrets.service.ts';
import { WebhookSender } from './webhook-sender.service.ts';
import { WebhookUpkeep } from './webhook-upkeep.service.ts';
import { WebhooksController } from './webhooks.controller.ts';
import { Webhooks } from './webhooks.service.ts';

/**
 * Room: gateway / webhooks. Tell me when it is done.
 * Door: /v1/webhooks. Leans on: PostgreSQL (gateway.webhook*, a trigger on jobs.job), outbound. Tells: webhook_*.
 */
@Module({
  imports: [OutboundModule],
  controllers: [WebhooksController, DeliveriesController],
  providers: [Webhooks, WebhookStore, DeliveryLog, DeliveryQueue, WebhookSecrets, WebhookSender, WebhookUpkeep],
})
export class WebhooksModule {}
