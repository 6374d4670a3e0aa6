/** Tracks of the caller that are the same recording as one of theirs, and tracks that sound like it. */
import * as z from 'zod';
import { camelotCodes } from './camelot.ts';
import { onlyPage } from './list.ts';
import { rounded } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { integer } from './values.ts';

const request = z.strictObject({
  trackId: z.uuid(),
  limit: integer({ min: 1, max: 50 })
    .default(10)
    .meta({ description: 'Most items.', examples: [10] }),
});
const failures = ['track-not-found', 'analysis-not-ready', 'analysis-failed'] as const;

const found = {
  trackId: z.uuid(),
  title: z.string().meta({ description: 'Title of the track.', examples: ['Golden hour'] }),
  durationSeconds: rounded(3)
    .nullable()
    .meta({ description: 'How long it plays, in seconds.', examples: [184.32] }),
};

export const trackCopy = z
  .object({
    ...found,
    isSameFile: z.boolean().meta({ description: 'Whether the files are equal byte for byte.', examples: [false] }),
    similarity: rounded(2).meta({
      description: 'Share of the fingerprint that agrees where both overlap: above 0.7, 1 is equal.',
      examples: [0.97],
    }),
    offsetSeconds: rounded(2).meta({
      description: 'A moment of this track is so many seconds later in the copy; negative where the beginning of the copy is cut.',
      examples: [-4.09],
    }),
    overlapSeconds: rounded(2).meta({ description: 'How much of the recording both have.', examples: [180.2] }),
    loudnessDifferenceLu: rounded(2)
      .nullable()
      .meta({ description: 'How much louder the copy is, in LU; null for silence.', examples: [3.1] }),
  })
  .meta({ id: 'TrackCopy', description: 'Another track with the same recording.' });
export type TrackCopy = Unchanging<z.output<typeof trackCopy>>;

/** By acoustic fingerprint: re-encoded, trimmed and louder copies are found, other performances are not. */
export const listTrackCopies = rpc({
  subject: 'audio.track-copies.list.v1',
  request,
  reply: z.object({ items: z.array(trackCopy).meta({ description: 'Copies, the most alike first.' }), nextCursor: onlyPage }),
  failures: [...failures, 'file-lost'],
  deadlineMs: 20_000,
});

const share = rounded(2, z.number().min(0).max(1));

export const similarTrack = z
  .object({
    ...found,
    bpm: rounded(2)
      .nullable()
      .meta({ description: 'Tempo; null without a steady beat.', examples: [121.98] }),
    camelot: z
      .enum(camelotCodes)
      .nullable()
      .meta({ description: 'Key as a Camelot code; null without a key.', examples: ['11A'] }),
    similarity: share.meta({ description: '1 minus the weighted mean of the distances.', examples: [0.91] }),
    distances: z
      .object({
        tempo: share
          .nullable()
          .meta({ description: '0: the same tempo, or half or double of it; 1: 12 % or more apart.', examples: [0.05] }),
        key: share
          .nullable()
          .meta({ description: '0: the same key; a step on the Camelot circle is 0.2, the other mode 0.1.', examples: [0.2] }),
        loudness: share.nullable().meta({ description: '0: as loud; 1: 12 LU or more apart.', examples: [0.1] }),
        timbre: share
          .nullable()
          .meta({ description: '0: the same mean spectrum and as much change in it; 1: nothing alike.', examples: [0.15] }),
      })
      .meta({ id: 'TrackDistances', description: 'How far both are apart, from 0 to 1; null where one of them lacks the value.' }),
  })
  .meta({ id: 'SimilarTrack', description: 'A track that sounds like another one.' });
export type SimilarTrack = Unchanging<z.output<typeof similarTrack>>;

export const listSimilarTracks = rpc({
  subject: 'audio.similar-track.list.v1',
  request,
  reply: z.object({ items: z.array(similarTrack).meta({ description: 'Tracks, the most similar first.' }), nextCursor: onlyPage }),
  failures,
  deadlineMs: 5_000,
});
