import * as z from 'zod';
import { decimalInteger, eventPattern, eventPatternCount, headerText } from '#contracts';
import { endpoint } from '../http/endpoint.ts';

export const followEvents = endpoint({
  id: 'followEvents',
  tag: 'Events',
  auth: 'user',
  method: 'GET',
  path: '/v1/events',
  summary: 'Follow the events of your resources and jobs (server-sent events)',
  description:
    'One event for each resource that becomes ready (`track.ready`), fails or is deleted, and for each job that ends (`job.succeeded`). Its data is the message ' +
    'that a webhook gets: `{ id, type, timestamp, data }`, `data` being the resource as its list shows it. The stream begins with what happens next; come back ' +
    'with `Last-Event-ID` to hear what happened meanwhile. Events are kept for 7 days, the newest 1,000 of an account. A comment every 15 seconds shows that ' +
    'the connection stands.',
  cacheControl: 'no-store',
  query: z.strictObject({
    type: z
      .array(eventPattern)
      .max(eventPatternCount)
      .optional()
      .meta({
        description: 'Only these types, separated by commas; `track.*`: all types of tracks.',
        examples: [['track.*', 'job.failed']],
      }),
    lastEventId: decimalInteger({ min: 0, max: Number.MAX_SAFE_INTEGER })
      .optional()
      .meta({ description: 'As `Last-Event-ID`, which comes first; 0: from the oldest event that is kept.', examples: [0] }),
  }),
  headers: z.object({
    'last-event-id': headerText(64)
      .optional()
      .meta({ description: 'The id of the last event that you have received; browsers send it.', examples: ['4711'] }),
  }),
  responses: { 200: { description: 'Events, as they happen.', contentType: 'text/event-stream' } },
  failures: ['overloaded'],
});
