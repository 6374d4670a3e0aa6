/** Webhook endpoints, following Standard Webhooks 1.0. */
import * as z from 'zod';
import { cursor, decimalInteger, eventPattern, eventPatternCount, exactText, newOwnerFields, text } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { ifMatch } from '../http/if-match.ts';
import { pageOf } from '../http/presenter.ts';
import { deliveryResource, deliveryStates, deliveryWithBody, webhookResource, webhookWithSecret } from './webhook-resource.ts';

const params = z.strictObject({ webhookId: z.uuid() });
const deliveryParams = z.strictObject({ webhookId: z.uuid(), deliveryId: z.uuid() });
const base = { tag: 'Webhooks', auth: 'user' } as const;
const self = '/v1/webhooks/:webhookId';
const page = { cursor: cursor().optional(), limit: decimalInteger({ min: 1, max: 100 }).default(20) };

const url = exactText({ min: 1, max: 2_048 }).meta({
  description: 'http or https, on a public address; redirects are not followed.',
  examples: ['https://example.org/hooks/rafaga'],
});
const description = text({ max: 200 });
const types = z
  .array(eventPattern)
  .max(eventPatternCount)
  .meta({
    description: '`track.*`: all events of tracks. Empty: everything, also kinds of events that are yet to come.',
    examples: [['track.*', 'job.failed']],
  });
const metadataFilter = newOwnerFields.metadata
  .unwrap()
  .meta({ description: 'Only about resources with these pairs; jobs have none.', examples: [{ project: 'spring' }] });
const addressFailures = ['address-refused'] as const;
const createdHeaders = { Location: 'The webhook, `/v1/webhooks/{id}`.' };
const queuedAnswer = { description: 'It is being sent.', contentType: 'application/json', schema: deliveryResource };

export const createWebhook = endpoint({
  ...base,
  id: 'createWebhook',
  method: 'POST',
  path: '/v1/webhooks',
  summary: 'Create a webhook',
  description:
    'Each message is a POST of `{id, type, timestamp, data}`, signed after Standard Webhooks 1.0 with the secret that this answer shows once: `webhook-signature` is ' +
    '`v1,` and the base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body`. Answer 2xx within 15 seconds. Otherwise it is tried again for a day, less and less ' +
    'often; 410 disables the webhook, and so do five days without a success. A message may come twice and out of order: tell them apart by `webhook-id`. A webhook whose ' +
    'host name cannot be resolved now is `unverified`: it is tried again for a day, and messages wait meanwhile.',
  cost: 5,
  body: z
    .strictObject({ url, types: types.default([]), metadataFilter: metadataFilter.default({}), description: description.default('') })
    .meta({ id: 'NewWebhook' }),
  responses: {
    201: { description: 'Made.', contentType: 'application/json', schema: webhookWithSecret, headers: createdHeaders },
  },
  failures: ['too-many-webhooks', ...addressFailures],
  example: { url: 'https://example.org/hooks/rafaga', types: ['track.*', 'job.failed'] },
});

export const getWebhooks = endpoint({
  ...base,
  id: 'listWebhooks',
  method: 'GET',
  path: '/v1/webhooks',
  summary: 'Your webhooks, newest first',
  query: z.strictObject(page),
  responses: { 200: pageOf(webhookResource).meta({ id: 'WebhookList' }) },
  failures: [],
});

export const getOneWebhook = endpoint({
  ...base,
  id: 'getWebhook',
  method: 'GET',
  path: self,
  summary: 'One webhook, and whether it works',
  params,
  responses: { 200: webhookResource },
  failures: ['webhook-not-found'],
});

export const updateWebhook = endpoint({
  ...base,
  id: 'updateWebhook',
  method: 'PATCH',
  path: self,
  summary: 'Change a webhook, disable it or enable it again',
  description:
    'Send its `ETag` in `If-Match`. What is still on its way to a webhook that is disabled counts as failed and can be replayed later.',
  cost: 5,
  params,
  headers: ifMatch.required.headers,
  body: z
    .strictObject({
      url: url.optional(),
      types: types.optional(),
      metadataFilter: metadataFilter.optional(),
      description: description.optional(),
      enabled: z.boolean().optional(),
    })
    .meta({ id: 'WebhookChange' }),
  responses: { 200: webhookResource },
  failures: ['webhook-not-found', ...addressFailures, ...ifMatch.required.failures],
  example: { enabled: false },
});

export const removeWebhook = endpoint({
  ...base,
  id: 'deleteWebhook',
  method: 'DELETE',
  path: self,
  summary: 'Delete a webhook and its log',
  params,
  headers: ifMatch.optional.headers,
  responses: { 204: { description: 'Deleted.' } },
  failures: ['webhook-not-found', ...ifMatch.optional.failures],
});

export const rotateWebhookSecret = endpoint({
  ...base,
  id: 'rotateWebhookSecret',
  method: 'POST',
  path: `${self}/rotate-secret`,
  summary: 'Get a new secret',
  description:
    'For 24 hours every message carries two signatures, with the new secret and with the one before, so that a receiver can change over in peace.',
  params,
  responses: { 200: webhookWithSecret },
  failures: ['webhook-not-found'],
});

export const testWebhook = endpoint({
  ...base,
  id: 'testWebhook',
  method: 'POST',
  path: `${self}/test`,
  summary: 'Send a test message',
  description: 'Of the type `webhook.test`, whatever the webhook listens to. Look at the delivery to see how it went.',
  cost: 5,
  params,
  responses: { 202: queuedAnswer },
  failures: ['webhook-not-found', 'webhook-disabled'],
});

export const getDeliveries = endpoint({
  ...base,
  id: 'listWebhookDeliveries',
  method: 'GET',
  path: `${self}/deliveries`,
  summary: 'Deliveries of a webhook, newest first',
  description: 'Kept for thirty days at least.',
  params,
  query: z.strictObject({ state: z.enum(deliveryStates).optional(), ...page }),
  responses: {
    200: pageOf(deliveryResource).meta({ id: 'WebhookDeliveryList' }),
  },
  failures: ['webhook-not-found'],
});

export const getOneDelivery = endpoint({
  ...base,
  id: 'getWebhookDelivery',
  method: 'GET',
  path: `${self}/deliveries/:deliveryId`,
  summary: 'One delivery, with what is sent',
  params: deliveryParams,
  responses: { 200: deliveryWithBody },
  failures: ['webhook-not-found', 'delivery-not-found'],
});

export const replayDelivery = endpoint({
  ...base,
  id: 'replayWebhookDelivery',
  method: 'POST',
  path: `${self}/deliveries/:deliveryId/replay`,
  summary: 'Send a delivery again',
  description: 'As a delivery of its own, with the same `webhook-id` and the same body, signed anew.',
  cost: 5,
  params: deliveryParams,
  responses: { 202: queuedAnswer },
  failures: ['webhook-not-found', 'delivery-not-found', 'webhook-disabled'],
});
