/** Renditions of tracks: the same recording in another format and size. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { list } from './list.ts';
import { createFailures, newOwnerFields, resource, rounded } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { unfinishedFailures } from './unfinished.ts';
import { integer } from './values.ts';

export const trackRenditionFailures = {
  'rendition-not-found': {
    status: 404,
    title: 'Rendition not found',
    page: 'Your account has no such rendition of this track or video. It may have been deleted.',
  },
  ...unfinishedFailures('rendition', 'The rendition'),
  'rendition-not-possible': {
    status: 422,
    title: 'This rendition is not possible',
    page: 'MP3 and Opus have no lossless level, a lossless copy of a lossy original would only be larger, and `level=auto` may find nothing that fits `maxSizeKb`. A video is never enlarged, one without sound has no `audio-only`, and AV1 needs an ffmpeg with an encoder of it. The detail names what is possible.',
  },
  'too-many-renditions': {
    status: 409,
    title: 'The track has as many renditions as it may have',
    page: 'A track has at most 200 renditions: each value of `minQuality` or `maxSizeKb` makes another one. Delete some that you do not need.',
  },
  'renditions-disabled': {
    status: 409,
    title: 'Renditions are switched off',
    page: 'The operator has switched renditions off (`AUDIO_COMPRESSION_ENABLED=false`). The original file can still be played and downloaded.',
  },
} as const satisfies FailureTable;

export const compressionLevels = ['ultra_low', 'low', 'medium', 'high', 'lossless'] as const;
export type CompressionLevel = (typeof compressionLevels)[number];
export const audioFormats = ['mp3', 'ogg', 'opus', 'm4a', 'wav'] as const;
export type AudioFormat = (typeof audioFormats)[number];

/** Of a track: with `auto`, each bound makes another one. */
export const trackRenditionsMax = 200;

/** What can be asked for: a level, or `auto`, which decides by the sound. */
export const requestedLevels = [...compressionLevels, 'auto'] as const;
export type RequestedLevel = (typeof requestedLevels)[number];
export const levelBounds = ['min-quality', 'max-size', 'best-possible'] as const;
export type LevelBound = (typeof levelBounds)[number];

const level = z.enum(compressionLevels).meta({ description: 'How much is kept; `lossless` keeps everything.', examples: ['medium'] });
const requestedLevel = z.enum(requestedLevels).meta({ description: 'What was asked for: a level, or `auto`.', examples: ['medium'] });
const format = z.enum(audioFormats).meta({ description: 'The container, and with it the codec.', examples: ['opus'] });
const known = 'null until it is encoded';

export const trackRendition = resource('track-rendition', {
  trackId: z.uuid().meta({ description: 'The track that it is made from.' }),
  requestedLevel,
  level: level.nullable().meta({ description: 'How much is kept; null until `auto` has decided.', examples: ['medium'] }),
  decidedBy: z
    .enum(levelBounds)
    .nullable()
    .meta({
      description:
        'What decided `auto`: the smallest level that reaches `minQuality`, the largest that fits `maxSizeKb`, or the best one because none reaches ' +
        '`minQuality`; null for the other levels.',
      examples: ['min-quality'],
    }),
  format,
  isNormalized: z.boolean().meta({ description: 'Whether its loudness was brought to -14 LUFS (EBU R 128, two passes).' }),
  codec: z
    .string()
    .nullable()
    .meta({ description: `The codec; ${known}.`, examples: ['opus'] }),
  contentType: z.string().meta({ description: 'The media type of its file.', examples: ['audio/ogg; codecs=opus'] }),
  bitRateKbps: rounded(1)
    .nullable()
    .meta({ description: `Mean bit rate of the file; ${known}.`, examples: [96.4] }),
  sampleRateHz: z
    .number()
    .int()
    .positive()
    .nullable()
    .meta({ description: `Sample rate; ${known}.`, examples: [48_000] }),
  channels: z
    .number()
    .int()
    .positive()
    .nullable()
    .meta({ description: `Channels; ${known}.`, examples: [2] }),
  durationSeconds: rounded(3)
    .nullable()
    .meta({ description: `Duration as its header says it; ${known}.`, examples: [183.32] }),
  sizeBytes: z
    .number()
    .int()
    .positive()
    .nullable()
    .meta({ description: `Size of the file; ${known}.`, examples: [2_204_180] }),
  compressionRatio: rounded(2)
    .nullable()
    .meta({ description: `Size of the original by size of this file; ${known}.`, examples: [9.1] }),
  quality: z
    .object({
      segmentalSnrDb: rounded(2).meta({
        description: 'Segmental signal-to-noise ratio over 24 Bark bands of the first minute, in dB from -10 to 35; higher is better.',
        examples: [14.2],
      }),
      cutoffHz: integer({ min: 0, max: 400_000 }).meta({
        description: 'Highest frequency of the original that is kept.',
        examples: [16_000],
      }),
    })
    .nullable()
    .meta({ description: 'An objective measure against the original; null unless `auto` or `measureQuality` asked for it.' }),
  ratioNote: z
    .string()
    .nullable()
    .meta({ description: 'Why the ratio lies outside of 1.5 to 10, where it does.', examples: ['The original is already compressed.'] }),
}).meta({ id: 'TrackRendition', description: 'A rendition of a track.' });
export type TrackRendition = Unchanging<z.output<typeof trackRendition>>;

const ofTrack = { trackId: z.uuid() };
const renditionId = z.strictObject({ ...ofTrack, renditionId: z.uuid() });

/**
 * Asks for a rendition. The same level, format and options of the same recording are encoded once, whoever asks; asking again for the same track
 * gives the rendition that is there.
 */
export const createTrackRendition = rpc({
  subject: 'audio.track-rendition.create.v1',
  request: z.strictObject({
    ...ofTrack,
    level: requestedLevel.optional().meta({
      description:
        '`auto`: the smallest level that reaches `minQuality` and fits `maxSizeKb`. Unless told, the level that the operator has chosen (`medium`).',
    }),
    format,
    normalize: z.boolean().default(false).meta({ description: 'Bring the loudness to -14 LUFS (EBU R 128, two passes).' }),
    minQuality: z
      .number()
      .min(-10)
      .max(35)
      .optional()
      .meta({ description: 'With `auto`: the least `segmentalSnrDb`; 10 unless told.', examples: [12] }),
    maxSizeKb: integer({ min: 1, max: 67_108_864 })
      .optional()
      .meta({ description: 'With `auto`: the largest file in KiB; what the operator has set unless told.', examples: [4_096] }),
    measureQuality: z.boolean().default(false).meta({ description: 'Measure `quality`; `auto` always does.' }),
    ...newOwnerFields,
  }),
  reply: trackRendition,
  failures: [
    'track-not-found',
    'rendition-not-possible',
    'renditions-disabled',
    'too-many-renditions',
    'quota-exceeded',
    ...createFailures,
  ],
  deadlineMs: 5_000,
});

export const getTrackRendition = rpc({
  subject: 'audio.track-rendition.get.v1',
  request: renditionId,
  reply: trackRendition,
  failures: ['track-not-found', 'rendition-not-found'],
  deadlineMs: 5_000,
});

const page = list({
  item: trackRendition,
  filters: { level: level.optional(), format: format.optional(), state: trackRendition.shape.state.optional() },
  sorts: ['createdAt'],
});

export const listTrackRenditions = rpc({
  subject: 'audio.track-rendition.list.v1',
  request: page.request.extend(ofTrack),
  reply: page.reply,
  failures: ['track-not-found'],
  deadlineMs: 5_000,
});

export const deleteTrackRendition = rpc({
  subject: 'audio.track-rendition.delete.v1',
  request: renditionId,
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['track-not-found', 'rendition-not-found'],
  deadlineMs: 5_000,
});

/** Where the bytes of a rendition are, for whoever streams them. A signed link names the rendition alone. */
export const locateTrackRenditionFile = rpc({
  subject: 'audio.track-rendition.locate.v1',
  request: z.strictObject({ trackId: z.uuid().optional(), renditionId: z.uuid() }),
  reply: z.object({ sha256: z.string(), sizeBytes: z.number().int().positive(), contentType: z.string(), fileName: z.string() }),
  failures: ['track-not-found', 'rendition-not-found', 'rendition-not-ready', 'rendition-failed'],
  deadlineMs: 5_000,
});

/** Encodes one rendition of a recording. `encodingId` stands for (source hash, level, format, options, tag hash). */
export const encodeTrackRendition = jobKind({
  name: 'audio.rendition.encode',
  input: z.strictObject({ encodingId: z.uuid() }),
  output: z.strictObject({ encodingId: z.uuid() }),
  phases: ['waiting', 'encoding', 'measuring', 'storing'],
  maxAttempts: 4,
  timeoutMs: 60 * 60_000,
  resources: { cores: 1, memoryBytes: 150 * 1_048_576 },
});
