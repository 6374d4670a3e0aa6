import * as z from 'zod';
import { exactText, mediaKindNames, newOwnerFields, strictFlag, text } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { pageOf } from '../http/presenter.ts';
import { preferHeader, startedResponses, waitQuery } from '../http/started-job.ts';
import { workQuery } from '../jobs/work-resource.ts';
import { importResource } from './import-resource.ts';

const base = { tag: 'Imports', auth: 'user' } as const;

export const createImport = endpoint({
  ...base,
  id: 'createImport',
  method: 'POST',
  path: '/v1/imports',
  summary: 'Import a file from a URL',
  description:
    'The answer is 202 with the import, whose job fetches the file. `resource` of a ready import is the track, the video, or the load of a collection, whose own job reads the documents; a failed import leaves nothing behind and ' +
    'says why in `problem`: `address-refused`, `remote-unreachable`, `remote-refused`, `payload-too-large`, or what an upload of the same bytes would be refused with. ' +
    'Only public http and https addresses are fetched; redirects, three at most, are checked like the address itself.',
  cost: 10,
  query: z.strictObject(waitQuery),
  headers: z.object(preferHeader),
  body: z
    .strictObject({
      url: exactText({ min: 1, max: 2_048 }).meta({ examples: ['https://example.org/track.flac'] }),
      kind: z
        .enum(mediaKindNames)
        .meta({ description: 'What the file becomes; `documents` (NDJSON or CSV): a load of a collection.', examples: ['track'] }),
      collectionId: z.uuid().optional().meta({ description: 'With `documents`: the collection that they are loaded into.' }),
      fileName: text({ min: 1, max: 255 }).optional().meta({ description: 'Unset: what the server or the address says.' }),
      strict: strictFlag.optional(),
      ...newOwnerFields,
    })
    .meta({ id: 'NewImport', description: 'An address, and what is said of the file.' }),
  responses: startedResponses(importResource),
  failures: ['address-refused', 'collection-not-found'],
  example: { url: 'https://example.org/track.flac', kind: 'track', title: 'Golden hour', tags: ['live'] },
});

export const getImport = endpoint({
  ...base,
  id: 'getImport',
  method: 'GET',
  path: '/v1/imports/:importId',
  summary: 'An import and its result',
  params: z.strictObject({ importId: z.uuid() }),
  responses: { 200: importResource },
  failures: ['import-not-found'],
});

export const listImports = endpoint({
  ...base,
  id: 'listImports',
  method: 'GET',
  path: '/v1/imports',
  summary: 'Your imports, newest first',
  query: z.strictObject(workQuery),
  responses: { 200: pageOf(importResource).meta({ id: 'ImportList' }) },
  failures: [],
});
