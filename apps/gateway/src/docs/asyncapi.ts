/** Builds the AsyncAPI 3 document from the contracts: what owners are told, on the event stream and on webhooks. Pure. */
import * as z from 'zod';
import { ownerEvents } from '#contracts';
import { announcedResources } from '../events/announced-resources.ts';
import { deletedResource } from '../events/owner-event.ts';
import { opened } from './open-enums.ts';
import { apiVersion } from './openapi.ts';
import { endedJob, messageBodies } from './webhook-messages.ts';

type Schemas = Readonly<Record<string, object>>;

const idOf = (schema: z.ZodType): string => {
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined) throw new RangeError('a message has no id');
  return id;
};
const reference = (kind: 'schemas' | 'messages', name: string) => ({ $ref: `#/components/${kind}/${name}` });

/** Draft 7, which is the dialect of AsyncAPI; resources stand once and are referred to. */
function schemasOf(bodies: Iterable<z.ZodType>): Schemas {
  const resources = [...Object.values(announcedResources).map(({ schema }) => schema), deletedResource, endedJob];
  const registry = z.registry<{ id: string }>();
  for (const schema of new Set<z.ZodType>([...resources, ...bodies])) registry.add(schema, { id: idOf(schema) });
  const options = { target: 'draft-7', unrepresentable: 'any', uri: (id: string) => `#/components/schemas/${id}` } as const;
  const { __shared: shared = {}, ...named } = JSON.parse(
    JSON.stringify(z.toJSONSchema(registry, options).schemas).replaceAll('/__shared#/definitions/', '/'), // schemas with a name inside others
  ) as Record<string, { definitions?: Record<string, object> }>;
  const all = { ...shared.definitions, ...named };
  return Object.fromEntries(Object.entries(all).map(([id, schema]) => [id, opened(withoutAddress(schema))]));
}

function withoutAddress(schema: object): object {
  const { $schema: _dialect, $id: _id, ...rest } = schema as { $schema?: string; $id?: string };
  return rest;
}

const messagesOf = (events: readonly string[]) => Object.fromEntries(events.map((event) => [event, reference('messages', event)]));

/** @param publicUrl where clients reach the API; undefined: the origin of the document */
export function asyncApiDocument(publicUrl: string | undefined) {
  const events = [...messageBodies.keys()];
  const url = publicUrl ? new URL(publicUrl) : undefined;
  const messages = [...messageBodies].map(([event, body]) => [
    event,
    { name: event, title: event, summary: `\`${event}\``, contentType: 'application/json', payload: reference('schemas', idOf(body)) },
  ]);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Ráfaga',
      version: apiVersion,
      description: 'What an account is told: when resources become ready, fail or are deleted, and when jobs end.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    ...(url ? { servers: { api: { host: url.host, protocol: url.protocol.slice(0, -1), pathname: url.pathname } } } : {}),
    channels: {
      events: {
        address: '/v1/events',
        title: 'Event stream',
        description: 'Server-sent events; `Last-Event-ID` replays up to seven days. The data of an event is the message.',
        messages: messagesOf(ownerEvents),
      },
      webhooks: {
        address: null,
        title: 'Webhooks',
        description:
          'A POST to an address of the account, signed by `webhook-signature` (Standard Webhooks). Created with `POST /v1/webhooks`.',
        messages: messagesOf(events),
      },
    },
    operations: {
      sendEvent: { action: 'send', channel: { $ref: '#/channels/events' }, summary: 'Tells the account on its event stream.' },
      sendWebhook: {
        action: 'send',
        channel: { $ref: '#/channels/webhooks' },
        summary: 'Tells the account at its address, until it answers 2xx.',
      },
    },
    components: { messages: Object.fromEntries(messages), schemas: schemasOf(messageBodies.values()) },
  } as const;
}
