import * as z from 'zod';
import { exactText, mediaKindSpellings, newOwnerFields, text } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { jobResource } from '../jobs/job-resource.ts';

export const importByUrl = endpoint({
  id: 'createImport',
  method: 'POST',
  path: '/v1/imports',
  tag: 'Imports',
  summary: 'Import a file from a URL',
  description:
    'The answer is 202 with the job that fetches it. Its result names the track or the video, and the job that works on it; a failed import leaves nothing behind and says why in ' +
    '`reason`: `address-refused`, `remote-unreachable`, `remote-refused`, `payload-too-large`, or what an upload of the same bytes would be refused with. ' +
    'Only public http and https addresses are fetched; redirects, three at most, are checked like the address itself.',
  auth: 'user',
  cost: 10,
  body: z
    .strictObject({
      url: exactText({ min: 1, max: 2_048 }).meta({ examples: ['https://example.org/track.flac'] }),
      kind: z
        .enum(mediaKindSpellings)
        .default('track')
        .meta({ description: 'What the file becomes: `track` (also called `audio`) or `video`.' }),
      fileName: text({ min: 1, max: 255 }).optional().meta({ description: 'Unset: what the server or the address says.' }),
      ...newOwnerFields,
    })
    .meta({ id: 'Import' }),
  responses: {
    202: {
      description: 'Taken on; the job tells how far it is.',
      contentType: 'application/json',
      schema: z.object({ job: jobResource }).meta({ id: 'ImportAccepted' }),
      headers: { Location: 'The job, `/v1/jobs/{id}`.' },
    },
  },
  failures: ['address-refused'],
  example: { url: 'https://example.org/track.flac', title: 'Golden hour', tags: ['live'] },
});
