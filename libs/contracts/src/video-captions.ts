/** Captions of videos: texts with times, which belong to the video of one owner and not to its bytes. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { list } from './list.ts';
import { sha256 } from './media-intake.ts';
import { createFailures, ifRevision, newOwnerFields, ownerChanges, resource, updateFailures } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { integer } from './values.ts';

export const captionsAtMost = 50;
export const captionMaxBytes = 1_048_576;

export const videoCaptionFailures = {
  'caption-not-found': {
    status: 404,
    title: 'Caption not found',
    page: 'The video has no such caption. It may have been deleted.',
  },
  'caption-invalid': {
    status: 422,
    title: 'The captions cannot be read',
    page: 'The body is not WebVTT or SubRip, or lines of it are wrong. `errors` names up to 20 of them by their numbers. Nothing was stored.',
  },
  'too-many-captions': {
    status: 409,
    title: 'The video has too many captions',
    page: 'A video has at most 50 captions. Delete some of them.',
  },
} as const satisfies FailureTable;

export const captionRoles = ['subtitles', 'captions'] as const;
export const captionFormats = ['webvtt', 'subrip', 'embedded'] as const;
export const captionWarnings = ['encoding-guessed', 'cues-empty', 'cues-reordered', 'cues-beyond-end', 'markup-removed'] as const;
export type CaptionWarning = (typeof captionWarnings)[number];

/** The canonical form (`eng` is `en`), or null for what is no language tag. @see RFC 5646 (BCP 47) */
export function canonicalLanguage(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

const isLanguage = (tag: string) => canonicalLanguage(tag) !== null;
const language = z
  .string()
  .min(2)
  .max(35)
  .refine(isLanguage, { error: 'must be a language tag (BCP 47), as es or pt-BR' })
  .overwrite((tag) => canonicalLanguage(tag) ?? tag)
  .meta({ description: 'Language (BCP 47).', examples: ['pt-BR'] });
const role = z
  .enum(captionRoles)
  .meta({ description: '`captions` also tell of sounds, for who cannot hear them.', examples: ['subtitles'] });
const isDefault = z.boolean().meta({ description: 'Shown unless the viewer chooses. One caption of a video is.', examples: [true] });

export const videoCaption = resource('video-caption', {
  videoId: z.uuid().meta({ description: 'The video.' }),
  language: z.string().meta({ description: 'Language (BCP 47); `und` where the file does not tell it.', examples: ['pt-BR'] }),
  role,
  isDefault,
  format: z.enum(captionFormats).meta({ description: 'What it was made of; `embedded`: a track of the video file.', examples: ['subrip'] }),
  cueCount: integer({ min: 1, max: 20_000 }).meta({ description: 'Number of cues.', examples: [412] }),
  sizeBytes: integer({ min: 1, max: 1e8 }).meta({ description: 'Size of its files, WebVTT and SubRip.', examples: [48_211] }),
  warnings: z.array(z.enum(captionWarnings)).meta({
    description:
      'What was odd: not UTF-8 but Windows-1252 (`encoding-guessed`), empty cues (left out), cues out of order (sorted), cues after the end of the video (kept), unknown markup (removed).',
    examples: [['markup-removed']],
  }),
}).meta({ id: 'VideoCaption', description: 'Captions or subtitles of a video, in one language.' });
export type VideoCaption = Unchanging<z.output<typeof videoCaption>>;

const ofVideo = { videoId: z.uuid() };
const captionId = z.strictObject({ ...ofVideo, captionId: z.uuid() });

/** What an owner says about captions beside their text. */
export const captionFields = {
  language,
  role: role.default('subtitles'),
  isDefault: isDefault.default(false),
  ...newOwnerFields,
};

/** Reads a stored file and keeps it as WebVTT and SubRip. */
export const createVideoCaption = rpc({
  subject: 'video.video-caption.create.v1',
  request: z.strictObject({ ...ofVideo, blobSha256: sha256, ...captionFields }),
  reply: videoCaption,
  failures: ['video-not-found', 'caption-invalid', 'too-many-captions', 'file-lost', 'storage-full', ...createFailures],
  deadlineMs: 10_000,
});

export const getVideoCaption = rpc({
  subject: 'video.video-caption.get.v1',
  request: captionId,
  reply: videoCaption,
  failures: ['caption-not-found'],
  deadlineMs: 5_000,
});

const page = list({
  item: videoCaption,
  filters: { language: language.optional(), role: role.optional() },
  sorts: ['createdAt'],
});

export const listVideoCaptions = rpc({
  subject: 'video.video-caption.list.v1',
  request: page.request.extend(ofVideo),
  reply: page.reply,
  failures: ['video-not-found'],
  deadlineMs: 5_000,
});

export const updateVideoCaption = rpc({
  subject: 'video.video-caption.update.v1',
  request: z.strictObject({
    ...captionId.shape,
    ...ifRevision,
    ...ownerChanges,
    language: language.optional(),
    role: role.optional(),
    isDefault: isDefault.optional(),
  }),
  reply: videoCaption,
  failures: ['caption-not-found', ...updateFailures],
  deadlineMs: 5_000,
});

export const deleteVideoCaption = rpc({
  subject: 'video.video-caption.delete.v1',
  request: z.strictObject({ ...captionId.shape, ...ifRevision }),
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['caption-not-found', 'precondition-failed'],
  deadlineMs: 5_000,
});

export const captionFileFormats = ['vtt', 'srt'] as const;

/** Where the bytes of its file are. */
export const locateVideoCaption = rpc({
  subject: 'video.caption-file.locate.v1',
  request: z.strictObject({ ...captionId.shape, format: z.enum(captionFileFormats) }),
  reply: z.object({
    sha256,
    sizeBytes: z.number().int().positive(),
    contentType: z.string(),
    fileName: z.string(),
    /** Of the video; null where it is not known. */
    durationSeconds: z.number().nullable(),
  }),
  failures: ['caption-not-found'],
  deadlineMs: 5_000,
});

/** What a stream names of captions; the default one first, then by language. */
export const listStreamCaptions = rpc({
  subject: 'video.stream-caption.list.v1',
  request: z.strictObject(ofVideo),
  reply: z.object({
    captions: z.array(z.object({ id: z.uuid(), language: z.string(), title: z.string(), role, isDefault })).max(captionsAtMost),
  }),
  failures: ['video-not-found'],
  deadlineMs: 5_000,
});
