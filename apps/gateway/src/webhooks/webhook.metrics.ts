import { Counter, Gauge } from 'prom-client';

/** `failed`: given up; `lost`: sent, but the webhook was disabled or another instance took over; `released`: handed over at shutdown. */
export const deliveryOutcomes = ['delivered', 'retried', 'failed', 'gone', 'released', 'lost'] as const;
export type DeliveryOutcome = (typeof deliveryOutcomes)[number];

export const webhookDeliveries = new Counter({
  name: 'webhook_deliveries_total',
  help: 'Tries to deliver a message to a webhook, by outcome.',
  labelNames: ['outcome'],
});
export const webhookPending = new Gauge({ name: 'webhook_pending', help: 'Messages that are not delivered yet, in all of the system.' });
export const webhookOldest = new Gauge({
  name: 'webhook_oldest_seconds',
  help: 'How long the message that waits longest has been due, in all of the system.',
});
