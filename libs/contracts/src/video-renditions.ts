/** Renditions of videos: one rung each, H.264 or AV1 and AAC in CMAF, played from HLS and DASH. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { list } from './list.ts';
import { createFailures, newOwnerFields, resource, rounded } from './resource.ts';
import { type ReplyOf, rpc, type Unchanging } from './rpc.ts';
import { integer } from './values.ts';

export const videoRenditionFailures = {
  'segment-not-found': {
    status: 404,
    title: 'Segment not found',
    page: 'The rendition has no such track or segment. One that is still being encoded gets more: read its playlist again.',
  },
} as const satisfies FailureTable;

export const videoPresets = [
  ...(['web-1080p', 'web-720p', 'web-480p', 'web-360p', 'web-240p'] as const),
  ...(['web-1080p-av1', 'web-720p-av1', 'web-480p-av1', 'web-360p-av1'] as const),
  'audio-only',
] as const;
export type VideoPreset = (typeof videoPresets)[number];

/** The newest version of each. A preset never changes: what is encoded otherwise has another version. */
export const videoPresetVersions: Readonly<Record<VideoPreset, number>> = {
  'web-1080p': 1,
  'web-720p': 1,
  'web-480p': 1,
  'web-360p': 1,
  'web-240p': 1,
  'web-1080p-av1': 1,
  'web-720p-av1': 1,
  'web-480p-av1': 1,
  'web-360p-av1': 1,
  'audio-only': 1,
};

/** `web-720p@1` */
export const presetId = (name: string, version: number): string => `${name}@${version}`;

const known = 'null until it is encoded';
const newest = videoPresets.map((name) => presetId(name, videoPresetVersions[name]) as `${VideoPreset}@${number}`);
const preset = z.enum([...videoPresets, ...newest]).meta({
  description:
    'The rung, by the short side of the picture: `name@version`, or a name alone for its newest version. `-av1`: in AV1, else H.264.',
  examples: ['web-720p@1'],
});
export type RequestedVideoPreset = z.output<typeof preset>;

/** What a request names, of which there is the newest version only. */
export function namedPreset(requested: RequestedVideoPreset): { readonly name: VideoPreset; readonly version: number | undefined } {
  const [name, version] = requested.split('@') as [VideoPreset, string | undefined];
  return { name, version: version === undefined ? undefined : Number(version) };
}

export const videoRendition = resource('video-rendition', {
  videoId: z.uuid().meta({ description: 'The video that it is made from.' }),
  preset: z.string().meta({
    description: 'The rung, as `name@version`. A preset never changes; a new version is another one, and more may come.',
    examples: ['web-720p@1'],
  }),
  widthPx: z
    .number()
    .int()
    .positive()
    .nullable()
    .meta({ description: `Width; ${known}, and for audio only.`, examples: [1_280] }),
  heightPx: z
    .number()
    .int()
    .positive()
    .nullable()
    .meta({ description: `Height; ${known}, and for audio only.`, examples: [720] }),
  frameRate: rounded(3)
    .nullable()
    .meta({ description: `Frames a second; ${known}, and for audio only.`, examples: [29.97] }),
  codecs: z
    .string()
    .nullable()
    .meta({ description: `RFC 6381, as the playlist names them; ${known}.`, examples: ['avc1.64001f,mp4a.40.2'] }),
  averageBitRateKbps: rounded(1)
    .nullable()
    .meta({ description: `Mean bit rate; ${known}.`, examples: [1_890.4] }),
  peakBitRateKbps: rounded(1)
    .nullable()
    .meta({ description: `Bit rate of the largest segment; ${known}.`, examples: [2_410.9] }),
  sizeBytes: z
    .number()
    .int()
    .positive()
    .nullable()
    .meta({ description: `Size of all segments; ${known}.`, examples: [2_204_180] }),
  segmentCount: z
    .number()
    .int()
    .nonnegative()
    .meta({ description: 'Segments that can be played already.', examples: [7] }),
  durationSeconds: rounded(3)
    .nullable()
    .meta({ description: `Sum of the segments; ${known}.`, examples: [12.48] }),
}).meta({ id: 'VideoRendition', description: 'One rung of a video.' });
export type VideoRendition = Unchanging<z.output<typeof videoRendition>>;

const ofVideo = { videoId: z.uuid() };
const renditionId = z.strictObject({ ...ofVideo, renditionId: z.uuid() });

/** The same preset of the same bytes is encoded once, whoever asks; asking again for the same video gives the rendition that is there. */
export const createVideoRendition = rpc({
  subject: 'video.video-rendition.create.v1',
  request: z.strictObject({ ...ofVideo, preset, ...newOwnerFields }),
  reply: videoRendition,
  failures: ['video-not-found', 'rendition-not-possible', ...createFailures],
  deadlineMs: 5_000,
});

/** Asks for several presets at once, which one run encodes. Those that are there already are answered as they are. */
export const createVideoLadder = rpc({
  subject: 'video.video-ladder.create.v1',
  request: z.strictObject({
    ...ofVideo,
    presets: z
      .array(preset)
      .min(1)
      .max(videoPresets.length)
      .optional()
      .meta({
        description: 'Unless told, every preset of H.264 that is possible for the video.',
        examples: [['web-720p@1', 'web-240p']],
      }),
  }),
  reply: z.object({ items: z.array(videoRendition).meta({ description: 'Highest first; each has a job of its own.' }) }),
  failures: ['video-not-found', 'rendition-not-possible'],
  deadlineMs: 5_000,
});

export const getVideoRendition = rpc({
  subject: 'video.video-rendition.get.v1',
  request: renditionId,
  reply: videoRendition,
  failures: ['rendition-not-found'],
  deadlineMs: 5_000,
});

/** For events: by its id alone. */
export const findVideoRendition = rpc({
  subject: 'video.video-rendition.find.v1',
  request: z.strictObject({ renditionId: z.uuid() }),
  reply: videoRendition,
  failures: ['rendition-not-found'],
  deadlineMs: 5_000,
});

const page = list({
  item: videoRendition,
  filters: { preset: preset.optional(), state: videoRendition.shape.state.optional() },
  sorts: ['createdAt'],
});

export const listVideoRenditions = rpc({
  subject: 'video.video-rendition.list.v1',
  request: page.request.extend(ofVideo),
  reply: page.reply,
  failures: ['video-not-found'],
  deadlineMs: 5_000,
});

export const deleteVideoRendition = rpc({
  subject: 'video.video-rendition.delete.v1',
  request: renditionId,
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['rendition-not-found'],
  deadlineMs: 5_000,
});

/** Seven days in segments of 10 s. A longer video has longer segments, so that its playlist stays small: up to 16 hours have at most 6,000. */
export const mostVideoSegments = 61_000;

export const videoTracks = ['video', 'audio'] as const;
export type VideoTrack = (typeof videoTracks)[number];
const track = z.enum(videoTracks).meta({ description: 'The picture, or the sound that all renditions of a video share.' });

const bitRate = z.number().int().positive();
const stream = z.object({
  codec: z.string(),
  averageBitRate: bitRate,
  peakBitRate: bitRate,
  /** False while it is encoded: bit rates are expected ones, and more segments will follow. */
  isComplete: z.boolean(),
});

/** What the HLS master playlist and the DASH manifest of a video are made from: each rendition that has segments already. */
export const listVideoStreams = rpc({
  subject: 'video.stream.list.v1',
  request: z.strictObject(ofVideo),
  reply: z.object({
    /** Highest first, of the same size H.264 first. `hasSound`: played together with `sound`. */
    pictures: z.array(
      stream.extend({
        renditionId: z.uuid(),
        widthPx: z.number().int().positive(),
        heightPx: z.number().int().positive(),
        frameRate: z.number().positive(),
        hasSound: z.boolean(),
      }),
    ),
    /** The sound that all renditions share; `isAlone`: its owner asked for it as a rendition. */
    sound: stream.extend({ renditionId: z.uuid(), isAlone: z.boolean() }).nullable(),
  }),
  failures: ['video-not-found', 'rendition-not-ready', 'rendition-failed'],
  deadlineMs: 5_000,
});
export type VideoStreams = ReplyOf<typeof listVideoStreams>;

/** What the HLS playlist of one track, or its timeline in a DASH manifest, is made from. */
export const getVideoSegments = rpc({
  subject: 'video.segment.list.v1',
  request: renditionId.extend({ track }),
  reply: z.object({
    /** False while it is encoded: more segments will follow. */
    isComplete: z.boolean(),
    targetDurationSeconds: z.number().int().positive(),
    segmentDurationsSeconds: z.array(z.number().positive()).max(mostVideoSegments),
  }),
  failures: ['rendition-not-found', 'rendition-not-ready', 'rendition-failed', 'segment-not-found'],
  deadlineMs: 5_000,
});
export type VideoSegments = ReplyOf<typeof getVideoSegments>;

/** Where the bytes of one segment are, or of the initialisation segment, for whoever streams them. */
export const locateVideoSegment = rpc({
  subject: 'video.segment.locate.v1',
  request: renditionId.extend({ track, index: z.union([z.literal('init'), integer({ min: 0, max: mostVideoSegments - 1 })]) }),
  reply: z.object({ sha256: z.string(), sizeBytes: z.number().int().positive(), contentType: z.string(), fileName: z.string() }),
  failures: ['rendition-not-found', 'segment-not-found'],
  deadlineMs: 5_000,
});

/** Encodes one rung and its sound, or goes on where an earlier attempt has ended. `encodingId` stands for (source hash, preset, version). */
export const encodeVideoRendition = jobKind({
  name: 'video.rendition.encode',
  input: z.strictObject({ encodingId: z.uuid() }),
  output: z.strictObject({ encodingId: z.uuid() }),
  /** `encoding-in-software`: a hardware encoder has failed, and the pictures are encoded again without it. */
  phases: ['waiting', 'encoding', 'encoding-in-software'],
  maxAttempts: 4,
  timeoutMs: 6 * 60 * 60_000,
  resources: { cores: 1, memoryBytes: 400 * 1_048_576 },
});
