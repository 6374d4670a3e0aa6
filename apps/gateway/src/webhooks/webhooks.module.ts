import { Module } from '@nestjs/common';
import { OutboundModule, PlatformModule } from '#platform';
import { DeliveriesController } from './deliveries.controller.ts';
import { DeliveryLog } from './delivery-log.store.ts';
import { PartitionDeliveries1797100200000 } from './delivery-partitions.migration.ts';
import { DeliveryQueue } from './delivery-queue.store.ts';
import { WebhookStore } from './webhook.store.ts';
import { WebhookJanitor } from './webhook-janitor.service.ts';
import { WebhookSecretResealer } from './webhook-secret-resealer.service.ts';
import { WebhookSecrets } from './webhook-secrets.service.ts';
import { WebhookSender } from './webhook-sender.service.ts';
import { WebhookVerificationStore } from './webhook-verification.store.ts';
import { WebhookVerifier } from './webhook-verifier.service.ts';
import { WebhooksController } from './webhooks.controller.ts';
import {
  AddWebhookPauses1795222000000,
  CountWebhookChanges1798100000000,
  CreateWebhooks1795219400000,
  TellOfLoads1797186600000,
  VerifyWebhooks1795910600000,
  WebhooksOfResources1795910400000,
} from './webhooks.migration.ts';
import { Webhooks } from './webhooks.service.ts';

export const webhookMigrations = {
  schema: 'gateway',
  steps: [
    CreateWebhooks1795219400000,
    AddWebhookPauses1795222000000,
    WebhooksOfResources1795910400000,
    VerifyWebhooks1795910600000,
    PartitionDeliveries1797100200000,
    TellOfLoads1797186600000,
    CountWebhookChanges1798100000000,
  ],
};
const tables = PlatformModule.forFeature({ migrations: webhookMigrations });

/**
 * Webhooks: signed messages about resources and jobs. Serves `/v1/webhooks`; the dispatcher of events enqueues deliveries, the sender sends them.
 * Metrics: `webhook_*`.
 */
@Module({
  imports: [OutboundModule, tables],
  controllers: [WebhooksController, DeliveriesController],
  providers: [
    Webhooks,
    WebhookStore,
    DeliveryLog,
    DeliveryQueue,
    WebhookSecrets,
    WebhookSecretResealer,
    WebhookSender,
    WebhookJanitor,
    WebhookVerificationStore,
    WebhookVerifier,
  ],
})
export class WebhooksModule {}
