/** An import as clients see it. */

import * as z from 'zod';
import { importFile, type MadeResource, madeResource, mediaKindNames, mediaKindOf } from '#contracts';
import { type Work, workSchema } from '../jobs/work-resource.ts';

export const importResource = workSchema(
  'import',
  {
    resourceKind: z
      .enum(mediaKindNames)
      .meta({ description: 'What the file becomes; `documents`: a load of a collection.', examples: ['track'] }),
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
  own: ({ subject, result }, output) => {
    const resource = output?.resource ?? earlierResource(result);
    return {
      resourceKind: mediaKindOf(subject.resourceKind ?? '') ?? mediaKindOf(resource?.kind ?? '') ?? 'track',
      host: subject.host ?? '',
      resource,
    };
  },
};

const earlierResult = z.union([
  z.object({ trackId: z.uuid() }).transform(({ trackId: id }) => ({ kind: 'track' as const, id, links: { self: `/v1/tracks/${id}` } })),
  z.object({ videoId: z.uuid() }).transform(({ videoId: id }) => ({ kind: 'video' as const, id, links: { self: `/v1/videos/${id}` } })),
]);

/** Imports of earlier versions name the track or video that they made. */
const earlierResource = (result: unknown): MadeResource | null => earlierResult.safeParse(result).data ?? null;
