/** Delivery that fits the network: which file of a track a player should get now. */
import * as z from 'zod';
import { sha256 } from './media-intake.ts';
import { rounded } from './resource.ts';
import { type ReplyOf, rpc } from './rpc.ts';
import { audioFormats, compressionLevels } from './track-renditions.ts';

export const effectiveConnectionTypes = ['slow-2g', '2g', '3g', '4g'] as const;

/** What a client and the server know of the network between them. */
export const networkHints = {
  kbps: z
    .number()
    .min(1)
    .max(10_000_000)
    .optional()
    .meta({ description: 'What the player has measured, in kb/s; it counts more than everything else.', examples: [640] }),
  downlinkMbps: z.number().min(0).max(100_000).optional(),
  ect: z.enum(effectiveConnectionTypes).optional(),
  rttMs: z.number().min(0).max(600_000).optional(),
  saveData: z.boolean().default(false),
  /** Mean speed at which the server has sent files to this client lately. */
  measuredKbps: z.number().min(0.1).max(10_000_000).optional(),
};

export const playbackReasons = [
  'kbps-given',
  'measured',
  'downlink',
  'connection-type',
  'high-latency',
  'save-data',
  'no-hints',
  'original-fits',
  'being-made',
  'cannot-be-made',
  'nothing-smaller',
] as const;
export type PlaybackReason = (typeof playbackReasons)[number];

const file = z.object({
  renditionId: z.uuid().nullable().meta({ description: 'The rendition; null for the original.' }),
  level: z
    .enum(compressionLevels)
    .nullable()
    .meta({ description: 'Its level; null for the original.', examples: ['low'] }),
  format: z.string().meta({ description: 'Its format; for the original that of its container.', examples: ['opus'] }),
  contentType: z.string().meta({ description: 'Its media type.', examples: ['audio/ogg; codecs=opus'] }),
  bitRateKbps: rounded(1).meta({ description: 'Its mean bit rate.', examples: [49.1] }),
  sizeBytes: z
    .number()
    .int()
    .positive()
    .meta({ description: 'Its size.', examples: [224_941] }),
  sha256: sha256.meta({ description: 'The SHA-256 of its bytes.' }),
});

export const playback = z
  .object({
    ...file.shape,
    usableKbps: rounded(1)
      .nullable()
      .meta({ description: 'What the network can carry, with a margin; null without any hint.', examples: [448] }),
    isFinal: z
      .boolean()
      .meta({ description: 'False while a better file is being made: ask again once `job` has ended.', examples: [true] }),
    job: z.uuid().nullable().meta({ description: 'The job that makes the better file; null without one.' }),
    reasons: z
      .array(
        z.object({
          code: z.enum(playbackReasons).meta({ description: 'The reason, for programs.', examples: ['save-data'] }),
          detail: z.string().meta({ description: 'The reason, for people.', examples: ['The client asks to save data.'] }),
        }),
      )
      .meta({ description: 'What has decided, in the order in which it was looked at.' }),
    alternatives: z
      .array(file.meta({ id: 'PlaybackFile' }))
      .max(200)
      .meta({ description: 'The other files, from small to large.' }),
  })
  .meta({ id: 'Playback', description: 'What a player should get now, and why.' });
export type Playback = ReplyOf<typeof decidePlayback>;
export type PlaybackFile = Playback['alternatives'][number];

/** Decides which file fits the network. A rendition that would fit better and is missing is started once; the best existing file plays meanwhile. */
export const decidePlayback = rpc({
  subject: 'audio.playback.decide.v1',
  request: z.strictObject({
    trackId: z.uuid(),
    ...networkHints,
    /** What the player can play, in the order of its preference. */
    formats: z.array(z.enum(audioFormats)).min(1).max(audioFormats.length),
  }),
  reply: playback,
  failures: ['track-not-found'],
  deadlineMs: 5_000,
});
