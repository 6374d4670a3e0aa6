/** Audiograms: a track as a video, with its waveform and its cover, for networks that take no sound alone. */
import * as z from 'zod';
import { jobKind } from './job-kind.ts';
import { job } from './jobs.ts';
import { sha256 } from './media-intake.ts';
import { newOwnerFields } from './resource.ts';
import { rpc } from './rpc.ts';
import { text } from './values.ts';

/** Networks take no longer videos. */
export const audiogramMaxSeconds = 3_600;

const source = {
  audioSha256: sha256,
  coverSha256: sha256.nullable(),
  durationSeconds: z.number().positive().max(audiogramMaxSeconds),
  fileName: text({ min: 1, max: 255 }),
};

/** The gateway has found track and cover to be the caller's. A job that makes the same one for this caller already is the answer. */
export const createAudiogram = rpc({
  subject: 'video.audiogram.create.v1',
  request: z.strictObject({ trackId: z.uuid(), ...source, ...newOwnerFields }),
  reply: z.object({ job }),
  failures: [],
  deadlineMs: 5_000,
});

/** Draws and encodes an audiogram, and takes it in as a new video of its owner. */
export const encodeAudiogram = jobKind({
  name: 'video.audiogram.encode',
  input: z.strictObject({ ...source, targetId: z.uuid(), fields: z.strictObject(newOwnerFields) }),
  output: z.strictObject({ videoId: z.uuid() }),
  phases: ['waiting', 'encoding', 'taking in'],
  maxAttempts: 4,
  timeoutMs: 2 * 60 * 60_000,
  resources: { cores: 1, memoryBytes: 400 * 1_048_576 },
});
