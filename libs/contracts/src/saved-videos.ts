/** Saved videos: links to videos at YouTube that their owner keeps. Where there is a key, a job asks YouTube for their titles. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { list } from './list.ts';
import { createFailures, ifRevision, newOwnerFields, ownerChanges, resource, rounded, updateFailures } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { exactText } from './values.ts';
import { youTubeIdOf } from './youtube-link.ts';

export const savedVideoFailures = {
  'saved-video-not-found': {
    status: 404,
    title: 'Saved video not found',
    page: 'Your account has no such saved video. It may have been deleted, or belong to another account.',
  },
} as const satisfies FailureTable;

const youTubeId = z
  .string()
  .regex(/^[\w-]{11}$/, { error: 'must be the id of a video: 11 letters, digits, hyphens or underscores' })
  .meta({ id: 'YouTubeId', description: "YouTube's id of the video.", examples: ['dQw4w9WgXcQ'] });

export const savedVideo = resource('saved-video', {
  youTubeId,
  watchUrl: z.string().meta({ description: 'Where people watch it.', examples: ['https://www.youtube.com/watch?v=dQw4w9WgXcQ'] }),
  channel: z
    .string()
    .nullable()
    .meta({ description: 'Who has published it; null until YouTube has been asked.', examples: ['bjorkdotcom'] }),
  durationSeconds: rounded(3)
    .nullable()
    .meta({ description: 'Its duration; null until YouTube has been asked, and for live streams.', examples: [305] }),
}).meta({ id: 'SavedVideo', description: 'A link to a video at YouTube.' });
export type SavedVideo = Unchanging<z.output<typeof savedVideo>>;

const ofVideo = { savedVideoId: z.uuid() };

export const createSavedVideo = rpc({
  subject: 'audio.saved-video.create.v1',
  request: z.strictObject({
    ...newOwnerFields,
    url: exactText({ min: 1, max: 2_048 })
      .refine((link) => youTubeIdOf(link) !== undefined, { error: 'must be the address of a video at YouTube' })
      .meta({
        description: 'Of a watch page, a short, a live stream, an embedded player, YouTube Music, or a `youtu.be` address.',
        examples: ['https://youtu.be/dQw4w9WgXcQ'],
      }),
  }),
  reply: z.object({ isNew: z.boolean(), savedVideo }),
  failures: [...createFailures],
  deadlineMs: 5_000,
});

export const getSavedVideo = rpc({
  subject: 'audio.saved-video.get.v1',
  request: z.strictObject(ofVideo),
  reply: savedVideo,
  failures: ['saved-video-not-found'],
  deadlineMs: 5_000,
});

export const listSavedVideos = rpc({
  subject: 'audio.saved-video.list.v1',
  ...list({
    item: savedVideo,
    filters: { youTubeId: youTubeId.optional().meta({ description: 'Only the one with this id at YouTube.' }) },
    sorts: ['createdAt', 'title'],
    searches: 'the title',
  }),
  failures: [],
  deadlineMs: 5_000,
});

export const updateSavedVideo = rpc({
  subject: 'audio.saved-video.update.v1',
  request: z.strictObject({ ...ofVideo, ...ifRevision, ...ownerChanges }),
  reply: savedVideo,
  failures: ['saved-video-not-found', ...updateFailures],
  deadlineMs: 5_000,
});

export const deleteSavedVideo = rpc({
  subject: 'audio.saved-video.delete.v1',
  request: z.strictObject({ ...ofVideo, ...ifRevision }),
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['saved-video-not-found', 'precondition-failed'],
  deadlineMs: 5_000,
});

/** Asks YouTube for title, channel and duration, where this installation has a key. A title that the owner gave stays. */
export const describeSavedVideo = jobKind({
  name: 'audio.saved-video.describe',
  input: z.strictObject(ofVideo),
  /** False: YouTube knows no such video, or it is private. */
  output: z.strictObject({ isFound: z.boolean() }),
  phases: ['waiting', 'reading'],
  maxAttempts: 4,
  timeoutMs: 5 * 60_000,
  resources: { cores: 0, memoryBytes: 1_048_576 },
});
