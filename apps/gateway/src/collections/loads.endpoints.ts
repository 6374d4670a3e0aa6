/** Loads: files of documents that are read into a collection. */
import * as z from 'zod';
import { documentLoad, documentLoads, newOwnerFields } from '#contracts';
import { raw } from '../http/body.ts';
import { endpoint } from '../http/endpoint.ts';
import { presentList, presentResource } from '../http/presenter.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { preferHeader, startedResponses, waitQuery } from '../http/started-job.ts';

const base = { tag: 'Collections', auth: 'user' } as const;
const all = '/v1/collections/:collectionId/loads';

export const presentLoad = presentResource({
  id: 'LoadResource',
  of: documentLoad,
  links: { self: '/v1/collections/{collectionId}/loads/{id}', collection: '/v1/collections/{collectionId}', job: '/v1/jobs/{job.id}' },
});

/** A client on a slow line may take this long to send a file. */
const loadDeadlineMs = 3_600_000;

export const createLoad = endpoint({
  ...base,
  id: 'createLoad',
  method: 'POST',
  path: '/v1/collections/:collectionId/documents',
  summary: 'Load documents from a file',
  description:
    'Send NDJSON (an object a line with `id`, `text` and perhaps `metadata`) or CSV (a header with `id` and `text`; other columns become metadata) ' +
    'in UTF-8 as the body. A job reads it: a document with an id that is there is replaced, of an id that comes twice the last one is kept, and lines ' +
    'that are no documents are told by number in `badLines` of the load while the rest is taken. `?wait=SECONDS` holds the answer until the load has ended.',
  cost: 10,
  deadlineMs: loadDeadlineMs,
  params: z.strictObject({ collectionId: z.uuid() }),
  query: z.strictObject({ ...newOwnerFields, ...waitQuery }),
  headers: z.object(preferHeader),
  body: raw({
    contentTypes: ['application/x-ndjson', 'text/csv'],
    description: 'The file. A text has up to 60,000 characters, a line up to 8 MiB.',
    maxBytes: 2 * 1_024 ** 3,
  }),
  responses: startedResponses(presentLoad.schema),
  failures: [
    ...(['collection-not-found', 'documents-invalid', 'external-id-taken'] as const),
    ...(['payload-too-large', 'media-type-unsupported', 'media-empty', 'request-timeout'] as const),
    ...(['storage-full', 'file-lost', 'service-unavailable', 'deadline-exceeded'] as const),
  ],
});

export const listLoads = serviceEndpoint({
  ...base,
  method: 'GET',
  path: all,
  summary: 'The loads of a collection, newest first',
  description: 'A collection keeps its 100 newest loads.',
  calls: documentLoads.listLoads,
  present: presentList(presentLoad, documentLoads.listLoads),
});

export const getLoad = serviceEndpoint({
  ...base,
  method: 'GET',
  path: `${all}/:loadId`,
  summary: 'One load, with its counts and refused lines',
  calls: documentLoads.getLoad,
  present: presentLoad,
});
