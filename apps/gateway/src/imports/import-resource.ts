/** An import as clients see it. */

import * as z from 'zod';
import { importFile, madeResource, mediaKindNames } from '#contracts';
import { type Work, workSchema } from '../jobs/work-resource.ts';

export const importResource = workSchema(
  'import',
  {
    resourceKind: z.enum(mediaKindNames).meta({ description: 'What the file becomes.', examples: ['track'] }),
    host: z.string().meta({ description: 'The host of the address; the rest of it may be secret.', examples: ['example.org'] }),
    resource: madeResource.nullable().meta({ description: 'What the file has become; null until then.' }),
  },
  {},
).meta({ id: 'Import', description: 'A file that is fetched from a URL.' });
type Own = Pick<z.output<typeof importResource>, 'resourceKind' | 'host' | 'resource'>;

export const importWork: Work<typeof importFile, 'import', Own> = {
  noun: 'import',
  job: importFile,
  notFound: 'import-not-found',
  path: '/v1/imports',
  own: ({ subject }, output) => ({
    resourceKind: subject.resourceKind as Own['resourceKind'],
    host: subject.host ?? '',
    resource: output?.resource ?? null,
  }),
};
