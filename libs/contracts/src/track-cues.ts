/** Cue points and beat grid of a track in the forms that players and DJ programs read. */
import * as z from 'zod';
import { cueTypes } from './audio.ts';
import { camelotCodes, keys, modes } from './camelot.ts';
import { rounded } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { beatAnchor } from './track-corrections.ts';

const trackId = z.strictObject({ trackId: z.uuid() });
const failures = ['track-not-found', 'analysis-not-ready', 'analysis-failed'] as const;

export const trackCues = z
  .object({
    trackId: z.uuid(),
    title: z.string().meta({ description: 'Title of the track.', examples: ['Golden hour'] }),
    bpm: rounded(2)
      .nullable()
      .meta({ description: 'Tempo, corrected where you have corrected it; null without a steady beat.', examples: [121.98] }),
    key: z
      .enum(keys)
      .nullable()
      .meta({ examples: ['F#'] }),
    mode: z
      .enum(modes)
      .nullable()
      .meta({ examples: ['minor'] }),
    camelot: z
      .enum(camelotCodes)
      .nullable()
      .meta({ description: 'The key as DJs write it.', examples: ['11A'] }),
    durationSeconds: rounded(3).meta({ description: 'How long it plays, in seconds.', examples: [184.32] }),
    isCorrected: z.boolean().meta({ description: 'Whether the beat grid is yours rather than that of the analysis.', examples: [false] }),
    beatGrid: z
      .array(beatAnchor)
      .max(1_000)
      .meta({ description: 'Beats as a few anchors: from each one on, beats follow at its tempo. Empty without a steady beat.' }),
    cues: z
      .array(
        z.object({
          timeSeconds: rounded(3).meta({ examples: [32.04] }),
          type: z.enum(cueTypes).meta({ description: 'What begins or ends here.', examples: ['drop'] }),
          confidence: rounded(2).meta({ examples: [0.87] }),
        }),
      )
      .max(1_000)
      .meta({ description: 'Cue points in order of time.' }),
  })
  .meta({ id: 'TrackCues', description: 'Cue points and beat grid of a track.' });
export type TrackCues = Unchanging<z.output<typeof trackCues>>;

export const getTrackCues = rpc({ subject: 'audio.track-cues.get.v1', request: trackId, reply: trackCues, failures, deadlineMs: 5_000 });

export const cueFileFormats = ['csv', 'xml'] as const;
export type CueFileFormat = (typeof cueFileFormats)[number];

/** The same as a file: small, because a grid has at most 1,000 anchors. */
export const exportTrackCues = rpc({
  subject: 'audio.track-cues.export.v1',
  request: trackId.extend({ format: z.enum(cueFileFormats) }),
  reply: z.object({ fileName: z.string(), text: z.string().max(600_000) }),
  failures,
  deadlineMs: 5_000,
});
