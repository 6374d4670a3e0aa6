/** Videos: what the video service can be asked about them. Whose video it is comes from the call context, never from a request. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { list, range } from './list.ts';
import { mediaIntake, namesItsId, sha256 } from './media-intake.ts';
import { createFailures, ifRevision, ownerChanges, resource, resourceStates, rounded, updateFailures } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { unfinishedFailures } from './unfinished.ts';
import { integer, label } from './values.ts';
import { clipOf } from './video-clips.ts';

export const videoFailures = {
  'video-not-found': {
    status: 404,
    title: 'Video not found',
    page: 'Your account has no such video. It may have been deleted, or belong to another account.',
  },
  ...unfinishedFailures('video', 'The video'),
  'media-not-video': {
    status: 422,
    title: 'The file is not video in a supported format',
    page: 'The file is not in a supported video format; its name and declared type are not considered. The detail names the detected format and the supported ones.',
  },
  'media-without-picture': {
    status: 422,
    title: 'The file has no video stream',
    page: 'The file has sound but no video stream; a cover picture does not count as one. Send it to `/v1/tracks` instead.',
  },
  'media-too-large': {
    status: 422,
    title: 'The picture is larger than allowed',
    page: 'The width, the height, the number of pixels, the frame rate or the number of streams is beyond the limits of this installation. The detail names the limit.',
  },
  'picture-format-unavailable': {
    status: 422,
    title: 'Pictures of this format cannot be made here',
    page: 'The ffmpeg of this installation cannot write the format, as older ones cannot write AVIF. Ask for `webp` or `jpeg`.',
  },
  'time-outside-video': {
    status: 422,
    title: 'The time is outside the video',
    page: 'The time asked for lies after the end of the video. The detail says how long the video is.',
  },
} as const satisfies FailureTable;

export const videoWarnings = [
  'truncated',
  'index-at-end',
  'duration-mismatch',
  'decode-errors',
  'extension-mismatch',
  'variable-frame-rate',
  'no-audio',
  'duration-missing',
  'audio-unreadable',
  'chapters-omitted',
  'subtitles-unreadable',
] as const;
export type VideoWarningCode = (typeof videoWarnings)[number];

export const videoStream = z
  .object({
    index: z
      .number()
      .int()
      .nonnegative()
      .meta({ examples: [0] }),
    type: z
      .enum(['video', 'audio', 'subtitle', 'data', 'picture'])
      .meta({ description: 'A cover picture is a `picture`.', examples: ['audio'] }),
    codec: z
      .string()
      .nullable()
      .meta({ examples: ['aac'] }),
    language: z
      .string()
      .nullable()
      .meta({ description: 'ISO 639, as the file says.', examples: ['eng'] }),
    channels: z
      .number()
      .int()
      .positive()
      .nullable()
      .meta({ examples: [2] }),
    sampleRateHz: z
      .number()
      .int()
      .positive()
      .nullable()
      .meta({ examples: [48_000] }),
    bitRateKbps: rounded(1)
      .nullable()
      .meta({ examples: [128.2] }),
  })
  .meta({ id: 'VideoStream', description: 'One stream of the file.' });

export const video = resource('video', {
  fileName: z
    .string()
    .max(255)
    .meta({ description: 'As it was sent.', examples: ['holiday.mp4'] }),
  contentType: z.string().meta({ description: 'What the bytes are, not what the client said.', examples: ['video/mp4'] }),
  sizeBytes: z
    .number()
    .int()
    .positive()
    .meta({ examples: [10_485_760] }),
  sha256: sha256.meta({ description: 'SHA-256 of the file, hexadecimal.', examples: ['a'.repeat(64)] }),
  container: z.string().meta({ examples: ['mp4'] }),
  durationSeconds: rounded(3)
    .nullable()
    .meta({
      description: 'Duration; counted while decoding once the video is ready. null while the file does not tell it.',
      examples: [12.48],
    }),
  videoCodec: z.string().meta({ examples: ['h264'] }),
  audioCodec: z
    .string()
    .nullable()
    .meta({ description: 'Of the sound that is used; null without sound that can be decoded.', examples: ['aac'] }),
  widthPx: z
    .number()
    .int()
    .positive()
    .meta({ description: 'Coded width.', examples: [1_920] }),
  heightPx: z
    .number()
    .int()
    .positive()
    .meta({ description: 'Coded height.', examples: [1_080] }),
  displayWidthPx: z
    .number()
    .int()
    .positive()
    .meta({ description: 'Width as shown: rotation and pixel aspect applied.', examples: [1_080] }),
  displayHeightPx: z
    .number()
    .int()
    .positive()
    .meta({ description: 'Height as shown.', examples: [1_920] }),
  rotationDegrees: z
    .union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)])
    .meta({ description: 'Clockwise.', examples: [90] }),
  frameRate: rounded(3)
    .nullable()
    .meta({
      description: 'Frames a second; of a variable rate the one that keeps most frames. null for a single frame.',
      examples: [29.97],
    }),
  isVariableFrameRate: z.boolean(),
  bitDepth: z
    .number()
    .int()
    .positive()
    .meta({ examples: [8] }),
  isHdr: z.boolean().meta({ description: 'PQ or HLG transfer.' }),
  isInterlaced: z.boolean(),
  warnings: z
    .array(z.enum(videoWarnings))
    .meta({ description: 'What is odd about the file, though it is taken.', examples: [['index-at-end']] }),
  streams: z.array(videoStream).meta({ description: 'Every stream of the file.' }),
  clipOf: clipOf.nullable().meta({ description: 'What it was cut from; null where it is no clip.', examples: [null] }),
}).meta({ id: 'Video', description: 'A video and what is known of it.' });
export type Video = Unchanging<z.output<typeof video>>;

const videoId = z.strictObject({ videoId: z.uuid() });
const located = z.object({ sha256, sizeBytes: z.number().int().positive(), contentType: z.string(), fileName: z.string() });

export const videoMediaFailures = [
  'media-empty',
  'media-not-video',
  'media-without-picture',
  'media-truncated',
  'media-unsafe',
  'media-too-long',
  'media-too-large',
  'media-undecodable',
] as const;

/** Takes a stored blob in as the caller's video: its streams are read at once, poster and verdict come by its job. */
export const createVideo = rpc({
  subject: 'video.video.create.v1',
  request: mediaIntake,
  reply: video,
  failures: ['file-lost', ...videoMediaFailures, ...createFailures],
  deadlineMs: 20_000,
  repeatable: namesItsId,
});

export const getVideo = rpc({
  subject: 'video.video.get.v1',
  request: videoId,
  reply: video,
  failures: ['video-not-found'],
  deadlineMs: 5_000,
});

/** What `listVideos` filters, sorts, searches and leaves out; the store declares the columns for it. */
export const videoList = list({
  item: video,
  filters: {
    ...range('durationSeconds', 'Duration in seconds'),
    ...range('sizeBytes', 'Size in bytes'),
    videoCodec: label({ max: 64 })
      .optional()
      .meta({ description: 'Only this codec.', examples: ['h264'] }),
    orientation: z.enum(['landscape', 'portrait', 'square']).optional().meta({ description: 'Only videos that are shown so.' }),
    state: z.enum(resourceStates).optional().meta({ description: 'Only videos in this state.' }),
  },
  sorts: ['createdAt', 'title', 'durationSeconds', 'sizeBytes'],
  searches: 'title, tags and file name',
  fields: ['streams'],
});

export const listVideos = rpc({ subject: 'video.video.list.v1', ...videoList, failures: [], deadlineMs: 5_000 });

export const updateVideo = rpc({
  subject: 'video.video.update.v1',
  request: z.strictObject({ ...videoId.shape, ...ifRevision, ...ownerChanges }),
  reply: video,
  failures: ['video-not-found', ...updateFailures],
  deadlineMs: 5_000,
});

export const deleteVideo = rpc({
  subject: 'video.video.delete.v1',
  request: z.strictObject({ ...videoId.shape, ...ifRevision }),
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['video-not-found', 'precondition-failed'],
  deadlineMs: 5_000,
});

export const locateVideoFile = rpc({
  subject: 'video.file.locate.v1',
  request: videoId,
  reply: located,
  failures: ['video-not-found'],
  deadlineMs: 5_000,
});

const pictureWidth = integer({ min: 16, max: 7_680 })
  .optional()
  .meta({ description: 'Width; never above that of the source.', examples: [640] });
const pictureFormat = z
  .enum(['jpeg', 'webp', 'avif'])
  .default('jpeg')
  .meta({ description: 'Format of the picture; `avif`: at most 1,280 pixels wide.' });

export const posterOptions = z.strictObject({ widthPx: pictureWidth, format: pictureFormat });

export const thumbnailOptions = z.strictObject({
  timeSeconds: z
    .number()
    .min(0)
    .max(1_000_000)
    .default(0)
    .meta({ description: 'The moment, from 0 to the duration; rounded to milliseconds.', examples: [2.5] }),
  ...posterOptions.shape,
});

/** The poster: the best of several frames. Made once for each size, kept in the blob store. */
export const locateVideoPoster = rpc({
  subject: 'video.poster.locate.v1',
  request: z.strictObject({ ...videoId.shape, ...posterOptions.shape }),
  reply: located,
  failures: ['video-not-found', 'video-not-ready', 'video-failed', 'picture-format-unavailable', 'media-undecodable', 'file-lost'],
  deadlineMs: 20_000,
});

/** The picture at one moment. Made once for each moment and size, kept in the blob store. */
export const locateVideoThumbnail = rpc({
  subject: 'video.thumbnail.locate.v1',
  request: z.strictObject({ ...videoId.shape, ...thumbnailOptions.shape }),
  reply: located,
  failures: ['video-not-found', 'time-outside-video', 'picture-format-unavailable', 'media-undecodable', 'file-lost'],
  deadlineMs: 20_000,
});

/** A few moments of the video as an animated WebP. Made once when it is asked for first, kept in the blob store. */
export const locateVideoPreview = rpc({
  subject: 'video.preview.locate.v1',
  request: videoId,
  reply: located,
  failures: ['video-not-found', 'video-not-ready', 'video-failed', 'media-undecodable', 'file-lost'],
  deadlineMs: 20_000,
});

export const storyboardParts = ['vtt', 'jpg'] as const;

/** Small pictures of the whole length on one sheet, and the WebVTT file that says where each one lies. Made by the job of the video. */
export const locateVideoStoryboard = rpc({
  subject: 'video.storyboard.locate.v1',
  request: z.strictObject({ ...videoId.shape, part: z.enum(storyboardParts) }),
  reply: located,
  failures: ['video-not-found', 'video-not-ready', 'video-failed'],
  deadlineMs: 5_000,
});

/** Reads a new video whole: verdict, warnings, poster, storyboard, captions. Asked for once for the same bytes. */
export const inspectVideo = jobKind({
  name: 'video.file.inspect',
  input: z.strictObject({ sha256 }),
  output: z.strictObject({ sha256 }),
  phases: ['waiting', 'decoding', 'poster', 'storyboard', 'captions'],
  maxAttempts: 4,
  timeoutMs: 60 * 60_000,
  resources: { cores: 1, memoryBytes: 300 * 1_048_576 },
});
