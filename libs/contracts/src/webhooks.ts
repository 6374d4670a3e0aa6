/** What can be told to a webhook: the events of its owner, see resource-events.ts. */
import type * as z from 'zod';
import type { eventPattern } from './resource-events.ts';

export type WebhookEvent = z.output<typeof eventPattern>;

/** Sent on demand, whatever a webhook listens to. */
export const webhookTestEvent = 'webhook.test';
