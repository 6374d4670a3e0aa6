/** API representation of webhooks and deliveries. */
import * as z from 'zod';
import { eventPattern, resourceRevision } from '#contracts';
import { presentResource } from '../http/presenter.ts';
import type { DeliveryRow } from './delivery-log.store.ts';
import type { WebhookRow } from './webhook.store.ts';

const moment = z.iso.datetime().nullable();
const isoOrNull = (date: Date | null) => date?.toISOString() ?? null;

const webhook = z
  .object({
    id: z.uuid(),
    revision: resourceRevision,
    url: z.string(),
    description: z.string(),
    types: z.array(eventPattern).meta({
      description: 'What it is told; empty: everything, also kinds of events that are yet to come.',
      examples: [['track.*', 'job.failed']],
    }),
    metadataFilter: z.record(z.string(), z.string()).meta({
      description: 'It is told only about resources with these pairs; without any about all, and about jobs.',
      examples: [{ project: 'spring' }],
    }),
    state: z.enum(['active', 'unverified', 'disabled']).meta({
      description: '`unverified`: its host name could not be resolved yet; it is tried again for a day, and messages wait meanwhile.',
      examples: ['active'],
    }),
    enabled: z.boolean(),
    disabledReason: z.enum(['owner', 'gone', 'failing', 'refused', 'unreachable']).nullable().meta({
      description:
        '`owner`: you; `gone`: its receiver answered 410; `failing`: nothing got through for five days; `refused`: its host name belongs to an address that is not public; `unreachable`: its host name could not be resolved for a day.',
    }),
    failingSince: moment.meta({ description: 'No try has succeeded since then; null while all is well.' }),
    previousSecretUntil: moment.meta({ description: 'After a rotation: how long messages are signed with the secret before as well.' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ description: 'An address of yours that is told what happens.' });

export const presentWebhook = presentResource({
  id: 'Webhook',
  of: webhook,
  links: { self: '/v1/webhooks/{id}', deliveries: '/v1/webhooks/{id}/deliveries' },
});
export const webhookResource = presentWebhook.schema;

const secret = z.string().meta({ description: 'Signs the messages (Standard Webhooks). Shown this once.', examples: ['whsec_…'] });
export const webhookWithSecret = webhookResource.extend({ secret }).meta({ id: 'WebhookWithSecret' });

const oneTry = z.object({
  at: z.iso.datetime(),
  status: z.number().int().nullable().meta({ description: 'HTTP status; null when there was no answer.' }),
  error: z.string().nullable().meta({ description: 'Why there was none, e.g. `remote-unreachable`, `address-refused`.' }),
  durationMs: z.number().int().nonnegative(),
  snippet: z.string().meta({ description: 'The first 1,024 bytes of what your receiver said.' }),
});

export const deliveryStates = ['pending', 'delivered', 'failed'] as const;

export const deliveryResource = z
  .object({
    id: z.uuid(),
    webhookId: z.uuid(),
    messageId: z.string().meta({ description: 'What the receiver gets as `webhook-id`: the same at every try and replay.' }),
    type: z.string().meta({ description: 'The type of the event.', examples: ['job.succeeded'] }),
    state: z.enum(deliveryStates),
    attempts: z.number().int().nonnegative(),
    tries: z.array(oneTry),
    nextAttemptAt: moment,
    replayOf: z.uuid().nullable(),
    createdAt: z.iso.datetime(),
    endedAt: moment,
  })
  .meta({ id: 'WebhookDelivery', description: 'A message to a webhook, and every try to hand it over.' });

export const deliveryWithBody = deliveryResource
  .extend({ body: z.string().meta({ description: 'As it is signed and sent, byte for byte.' }) })
  .meta({ id: 'WebhookDeliveryWithBody' });

export function toWebhookResource(row: WebhookRow) {
  const { id, revision, url, description, events, metadata, disabledReason } = row;
  return presentWebhook.of({
    id,
    revision,
    url,
    description,
    types: events,
    metadataFilter: metadata,
    state: disabledReason !== null ? 'disabled' : row.unverifiedSince ? 'unverified' : 'active',
    enabled: disabledReason === null,
    disabledReason,
    failingSince: isoOrNull(row.failingSince),
    previousSecretUntil: isoOrNull(row.previousUntil),
    createdAt: row.createdAt.toISOString(),
  });
}

export function toDeliveryResource(row: DeliveryRow): z.input<typeof deliveryResource> {
  const { id, webhookId, messageId, event, state, attempts, tries, replayOf } = row;
  const nextAttemptAt = state === 'pending' ? row.nextAt.toISOString() : null;
  const times = { nextAttemptAt, createdAt: row.createdAt.toISOString(), endedAt: isoOrNull(row.endedAt) };
  return { id, webhookId, messageId, type: event, state, attempts, tries, replayOf, ...times };
}
