/** HLS of tracks: AAC in CMAF at several levels, with the same segments, so that a player changes between them on the way. */
import * as z from 'zod';
import { jobKind } from './job-kind.ts';
import { type ReplyOf, rpc } from './rpc.ts';
import { integer } from './values.ts';

/** From small to large. A source that is smaller than a level has no level above it. */
export const streamLevels = ['low', 'medium', 'high'] as const;
export type StreamLevel = (typeof streamLevels)[number];

/** 24 hours in segments of 10 s, and some more. */
export const mostTrackSegments = 9_000;

const ofTrack = { trackId: z.uuid() };
const ofVariant = { ...ofTrack, level: z.enum(streamLevels) };
const bitRate = z.number().int().positive();

/** The stream of a track; one that is missing is started. One that has failed stays so until it is deleted. */
export const openTrackStream = rpc({
  subject: 'audio.track-stream.open.v1',
  request: z.strictObject(ofTrack),
  reply: z.object({
    /** False while it is encoded: bit rates are expected ones, and more segments will follow. */
    isComplete: z.boolean(),
    job: z.uuid(),
    /** From small to large; none until every level has a segment. */
    variants: z.array(z.object({ level: z.enum(streamLevels), codec: z.string(), averageBitRate: bitRate, peakBitRate: bitRate })),
  }),
  failures: ['track-not-found', 'rendition-not-ready', 'rendition-failed', 'renditions-disabled', 'quota-exceeded'],
  deadlineMs: 5_000,
});
export type TrackStream = ReplyOf<typeof openTrackStream>;

/** What the HLS playlist of one level is made from. */
export const listTrackSegments = rpc({
  subject: 'audio.track-stream-segment.list.v1',
  request: z.strictObject(ofVariant),
  reply: z.object({
    isComplete: z.boolean(),
    targetDurationSeconds: z.number().int().positive(),
    segmentDurationsSeconds: z.array(z.number().positive()).max(mostTrackSegments),
  }),
  failures: ['track-not-found', 'rendition-not-found', 'rendition-not-ready', 'rendition-failed'],
  deadlineMs: 5_000,
});

/** Where the bytes of one segment are, or of the initialisation segment, for whoever streams them. */
export const locateTrackSegment = rpc({
  subject: 'audio.track-stream-segment.locate.v1',
  request: z.strictObject({ ...ofVariant, index: z.union([z.literal('init'), integer({ min: 0, max: mostTrackSegments - 1 })]) }),
  reply: z.object({ sha256: z.string(), sizeBytes: z.number().int().positive(), contentType: z.string(), fileName: z.string() }),
  failures: ['track-not-found', 'rendition-not-found', 'rendition-failed', 'segment-not-found'],
  deadlineMs: 5_000,
});

export const deleteTrackStream = rpc({
  subject: 'audio.track-stream.delete.v1',
  request: z.strictObject(ofTrack),
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['track-not-found', 'rendition-not-found'],
  deadlineMs: 5_000,
});

/** Encodes all levels of a stream from one decode. `streamId` stands for (source hash, version of the encoder's settings). */
export const encodeTrackStream = jobKind({
  name: 'audio.stream.encode',
  input: z.strictObject({ streamId: z.uuid() }),
  output: z.strictObject({ streamId: z.uuid() }),
  phases: ['waiting', 'encoding'],
  maxAttempts: 4,
  timeoutMs: 6 * 60 * 60_000,
  resources: { cores: 1, memoryBytes: 150 * 1_048_576 },
});
