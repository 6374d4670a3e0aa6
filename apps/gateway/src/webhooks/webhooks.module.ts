import { Module } from '@nestjs/common';
import { OutboundModule } from '../outbound/outbound.module.ts';
import { DeliveriesController } from './deliveries.controller.ts';
import { DeliveryLog } from './delivery-log.store.ts';
import { DeliveryQueue } from './delivery-queue.store.ts';
import { WebhookStore } from './webhook.store.ts';
import { WebhookJanitor } from './webhook-janitor.service.ts';
import { WebhookSecrets } from './webhook-secrets.service.ts';
import { WebhookSender } from './webhook-sender.service.ts';
import { WebhooksController } from './webhooks.controller.ts';
import { Webhooks } from './webhooks.service.ts';

/**
 * Webhooks: signed messages about the end of jobs. Serves `/v1/webhooks`; a trigger on `jobs.job` enqueues deliveries, the sender sends them.
 * Metrics: `webhook_*`.
 */
@Module({
  imports: [OutboundModule],
  controllers: [WebhooksController, DeliveriesController],
  providers: [Webhooks, WebhookStore, DeliveryLog, DeliveryQueue, WebhookSecrets, WebhookSender, WebhookJanitor],
})
export class WebhooksModule {}
