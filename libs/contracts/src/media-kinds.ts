/** What a file that is sent can become: one declaration for each kind, for resumable uploads and for imports. The name is the value of `kind`. */
import * as z from 'zod';
import { createTrack, mediaFailures } from './audio.ts';
import { createLoad } from './document-loads.ts';
import { createVideo, videoMediaFailures } from './videos.ts';

export const mediaKinds = {
  track: { create: createTrack, otherMedia: 'media-not-audio', failures: mediaFailures },
  video: { create: createVideo, otherMedia: 'media-not-video', failures: videoMediaFailures },
  /** A load of the collection that the sender names. */
  documents: { create: createLoad, otherMedia: 'documents-invalid', failures: ['collection-not-found'] },
} as const;

export type MediaKind = keyof typeof mediaKinds;

export const mediaKindNames = Object.keys(mediaKinds) as [MediaKind, ...MediaKind[]];

/** The `kind` of a resource that a sent file becomes. */
const madeNouns = ['track', 'video', 'load'] as const;

/** @returns undefined for a kind that is not known */
export const mediaKindOf = (name: string): MediaKind | undefined => (Object.hasOwn(mediaKinds, name) ? (name as MediaKind) : undefined);

/** What a sent file has become, whichever way it came and whatever it is. */
export const madeResource = z
  .object({
    kind: z.enum(madeNouns).meta({ description: 'Its noun.', examples: ['track'] }),
    id: z.uuid(),
    links: z.object({
      self: z.string().meta({ description: 'The resource.', examples: ['/v1/tracks/0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10'] }),
    }),
  })
  .meta({ id: 'MadeResource', description: 'What a sent file has become.' });
export type MadeResource = z.output<typeof madeResource>;
