/** Clips: a stretch of a video, cut to the frame, as a video of its own. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { job } from './jobs.ts';
import { sha256 } from './media-intake.ts';
import { newOwnerFields, rounded } from './resource.ts';
import { rpc } from './rpc.ts';
import { integer } from './values.ts';

export const videoClipFailures = {
  'moment-not-found': {
    status: 422,
    title: 'The video has no such moment',
    page: 'The analysis of the video found fewer moments. `GET /v1/videos/{id}/analysis` lists them under `moments`, best first.',
  },
} as const satisfies FailureTable;

export const clipPresets = ['social-vertical'] as const;
export type ClipPreset = (typeof clipPresets)[number];
export const clipBackgrounds = ['blurred', 'black'] as const;

const preset = z.enum([...clipPresets, 'social-vertical@1']).meta({
  description: '`social-vertical`: 1080 × 1920 pixels, as networks show it on phones. Unless told, the size of the video.',
  examples: ['social-vertical@1'],
});
const background = z.enum(clipBackgrounds).meta({
  description: 'With `social-vertical`: what is beside the picture; `blurred`: the picture itself, unless told.',
  examples: ['blurred'],
});

const seconds = (description: string, example: number) =>
  z
    .number()
    .min(0)
    .max(1_000_000)
    .optional()
    .meta({ description, examples: [example] });

interface Wish {
  readonly startSeconds?: number | undefined;
  readonly endSeconds?: number | undefined;
  readonly moment?: number | undefined;
  readonly preset?: string | undefined;
}

function isStretch({ startSeconds, endSeconds, moment, preset }: Wish): boolean {
  if (startSeconds === undefined && endSeconds === undefined) return moment !== undefined || preset !== undefined;
  return moment === undefined && startSeconds !== undefined && endSeconds !== undefined && endSeconds > startSeconds;
}
const stretchError = { error: 'must have startSeconds and a later endSeconds, or moment alone; with preset neither is the whole video' };

const fields = {
  startSeconds: seconds('Where it begins; rounded to the nearest frame.', 4.2),
  endSeconds: seconds('Where it ends; that frame is not in it.', 6.72),
  moment: integer({ min: 1, max: 5 })
    .optional()
    .meta({ description: 'Instead of times: one of the `moments` of the analysis; 1 is the best.', examples: [1] }),
  preset: preset.optional(),
  background: background.optional(),
  ...newOwnerFields,
};

/** What a client sends. */
export const newVideoClip = z.strictObject(fields).refine(isStretch, stretchError).meta({ id: 'NewVideoClip' });

/** The job makes a new video of the caller. The same stretch of the same bytes is encoded once, whoever asks. */
export const createVideoClip = rpc({
  subject: 'video.video-clip.create.v1',
  request: z.strictObject({ videoId: z.uuid(), ...fields }).refine(isStretch, stretchError),
  reply: z.object({ job }),
  failures: ['video-not-found', 'video-not-ready', 'video-failed', 'time-outside-video', 'moment-not-found'],
  deadlineMs: 5_000,
});

/** What a video that is a clip was cut from. */
export const clipOf = z
  .object({
    videoId: z.uuid().meta({ description: 'The video that it was cut from, which may be deleted by now.' }),
    startSeconds: rounded(3).meta({ description: 'Where it begins there.', examples: [4.2] }),
    endSeconds: rounded(3).meta({ description: 'Where it ends there.', examples: [6.72] }),
  })
  .meta({ id: 'ClipOf', description: 'What a clip was cut from.' });
export type ClipOf = z.output<typeof clipOf>;

const frame = z.number().int().nonnegative();

/** Cuts frames out of a video and takes them in as a new video. `targetId`: its id, so that an attempt after a crash makes no second one. */
export const encodeVideoClip = jobKind({
  name: 'video.clip.encode',
  input: z.strictObject({
    sha256,
    startFrame: frame,
    endFrame: frame.min(1),
    preset: z.enum(clipPresets).optional(),
    background: background.optional(),
    targetId: z.uuid(),
    fileName: z.string(),
    clipOf,
    fields: z.strictObject(newOwnerFields),
  }),
  output: z.strictObject({ videoId: z.uuid() }),
  phases: ['waiting', 'encoding', 'taking in'],
  maxAttempts: 4,
  timeoutMs: 6 * 60 * 60_000,
  resources: { cores: 1, memoryBytes: 400 * 1_048_576 },
});
