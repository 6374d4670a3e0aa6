/** The messages that webhooks are sent, for the document: one entry for each event that the contracts declare. */
import * as z from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { type AnnouncedNoun, headerText, type OwnerEvent, ownerEvents, publicationEvents, webhookTestEvent } from '#contracts';
import { announcedResources } from '../events/announced-resources.ts';
import { deletedResource } from '../events/owner-event.ts';
import { jobResource } from '../jobs/job-resource.ts';
import { mapOperations } from './share-components.ts';

/** `job.succeeded`: a job as it ended. */
export const endedJob = jobResource
  .extend({
    resultOmitted: z.literal(true).optional().meta({ description: '`result` is null because it is larger than 64 KiB; get the job.' }),
  })
  .meta({ id: 'EndedJob', description: 'The job, as it ended.' });

/** What the `data` of an event holds. */
function dataOf(event: OwnerEvent): z.ZodType {
  const noun = event.slice(0, event.indexOf('.'));
  if (noun === 'job') return endedJob;
  if ((publicationEvents as readonly string[]).includes(event)) return announcedResources.publication.schema;
  return event.endsWith('.deleted') ? deletedResource : announcedResources[noun as AnnouncedNoun].schema;
}

const testData = z
  .object({
    message: z.string().meta({
      description: 'A greeting.',
      examples: ['If you can read this and the signature is right, your receiver works.'],
    }),
  })
  .meta({ id: 'WebhookTest', description: 'Nothing has happened: somebody tries the webhook.' });

const headers = z.object({
  'webhook-id': headerText(255).meta({
    description: 'The same at every try and replay: tell messages apart by it.',
    examples: ['msg_0b3f5e0a4a554c8c9d5f3d9c1a2b7e10_3'],
  }),
  'webhook-timestamp': headerText(20).meta({ description: 'When this try was signed, in seconds since 1970.', examples: ['1769860800'] }),
  'webhook-signature': headerText(1_024).meta({
    description:
      '`v1,` and the base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body`; several, with a blank between, after a rotation.',
    examples: ['v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4='],
  }),
});

const pascal = (event: string) => event.replace(/(?:^|[.-])(\w)/g, (_, letter: string) => letter.toUpperCase());

const messageId = z
  .string()
  .meta({ description: 'The same at every try and replay.', examples: ['msg_0b3f5e0a4a554c8c9d5f3d9c1a2b7e10_3'] });

const bodyOf = (event: string, data: z.ZodType, ids: z.ZodRawShape = { id: messageId }) =>
  z
    .object({
      ...ids,
      type: z.literal(event).meta({ description: 'The event.' }),
      timestamp: z.iso.datetime().meta({ description: 'When it happened.' }),
      data,
    })
    .meta({ id: `${pascal(event)}Message`, description: `The message of \`${event}\`.` });

/** The body of each message, by event. */
export const messageBodies: ReadonlyMap<string, z.ZodType> = new Map([
  ...ownerEvents.map((event) => [event, bodyOf(event, dataOf(event))] as const),
  [webhookTestEvent, bodyOf(webhookTestEvent, testData, {})] as const,
]);

/**
 * The answer that carries a message until {@link withMessagesSent} makes it the body of the request. We send it, so that its schema is the one that
 * answers have; zod-openapi would describe a request body as something to be checked, under a second name for each schema.
 */
const carrier = '200';

const operationOf = (event: string, schema: z.ZodType): ZodOpenApiPathItemObject => ({
  post: {
    operationId: `receive${pascal(event)}`,
    tags: ['Webhooks'],
    summary: `\`${event}\`, at the address of a webhook`,
    security: [],
    requestParams: { header: headers },
    responses: {
      [carrier]: { description: 'The message.', content: { 'application/json': { schema } } },
      '2XX': { description: 'Taken. Anything else, or nothing within 15 seconds: it is sent again later.' },
      410: { description: 'The address is gone: the webhook is disabled.' },
    },
  },
});

/** By event; the message stands among the answers. */
export const webhookMessages: Readonly<Record<string, ZodOpenApiPathItemObject>> = Object.fromEntries(
  [...messageBodies].map(([event, schema]) => [event, operationOf(event, schema)]),
);

/** The webhooks of a document made of {@link webhookMessages}, with each message as the body of its request. */
export function withMessagesSent<Document extends object>(document: Document): Document {
  const { webhooks = {} } = document as { webhooks?: Parameters<typeof mapOperations>[0] };
  const sent = mapOperations(webhooks, ({ responses, ...operation }) => {
    const { [carrier]: message, ...answers } = responses as Record<string, { readonly content: unknown }>;
    return { ...operation, requestBody: { required: true, content: message?.content }, responses: answers };
  });
  return { ...document, webhooks: sent };
}
