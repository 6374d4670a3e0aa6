/** What can be told to a webhook. */

/** A job's end, each under its own name; more kinds of events are more lines. */
export const webhookEvents = ['job.succeeded', 'job.failed', 'job.cancelled'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** Sent on demand, whatever a webhook listens to. */
export const webhookTestEvent = 'webhook.test';
