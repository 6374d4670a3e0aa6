/** Attachments: pictures and documents that posts are published with. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { list } from './list.ts';
import { mediaIntake, namesItsId, sha256 } from './media-intake.ts';
import { createFailures, resource } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { integer } from './values.ts';

export const attachmentTypes = ['image/jpeg', 'image/png', 'image/gif', 'application/pdf'] as const;
export type AttachmentType = (typeof attachmentTypes)[number];

export const attachmentMaxBytes = 20 * 1_024 ** 2;
export const pictureMaxBytes = 8 * 1_024 ** 2;
/** LinkedIn takes no larger picture. */
export const pictureMaxPixels = 36_152_320;
export const attachmentsPerPost = 20;

export const attachmentFailures = {
  'attachment-not-found': {
    status: 404,
    title: 'Attachment not found',
    page: 'Your account has no such attachment. It may have been deleted, or belong to another account.',
  },
  'media-not-attachment': {
    status: 415,
    title: 'This is no picture and no document',
    page: 'Attachments are JPEG, PNG and GIF pictures and PDF documents. The bytes of the file decide, not its name; a file that is cut off is refused.',
  },
  'attachment-too-large': {
    status: 422,
    title: 'The attachment is too large',
    page: 'A picture has at most 8 MiB and 36,152,320 pixels, a document at most 20 MiB.',
  },
} as const satisfies FailureTable;

const pixels = integer({ min: 1, max: 65_535 }).nullable();

export const attachment = resource('attachment', {
  fileName: z.string().meta({ description: 'Name of the file.', examples: ['office.png'] }),
  contentType: z.enum(attachmentTypes).meta({ description: 'What its bytes are.', examples: ['image/png'] }),
  sizeBytes: integer({ min: 1, max: attachmentMaxBytes }).meta({ description: 'Size of the file, in bytes.', examples: [182_044] }),
  sha256: z.string().meta({ description: 'SHA-256 of the bytes.' }),
  widthPx: pixels.meta({ description: 'Width in pixels; null for a document.', examples: [1_200] }),
  heightPx: pixels.meta({ description: 'Height in pixels; null for a document.', examples: [628] }),
}).meta({ id: 'Attachment', description: 'A picture or a document for posts.' });
export type Attachment = Unchanging<z.output<typeof attachment>>;

const attachmentId = z.strictObject({ attachmentId: z.uuid().meta({ description: 'Id of the attachment.' }) });

export const attachmentMediaFailures = ['media-not-attachment', 'attachment-too-large'] as const;

export const createAttachment = rpc({
  subject: 'posts.attachment.create.v1',
  request: mediaIntake,
  reply: attachment,
  failures: ['file-lost', ...attachmentMediaFailures, ...createFailures],
  deadlineMs: 20_000,
  repeatable: namesItsId,
});

export const getAttachment = rpc({
  subject: 'posts.attachment.get.v1',
  request: attachmentId,
  reply: attachment,
  failures: ['attachment-not-found'],
  deadlineMs: 5_000,
});

export const listAttachments = rpc({
  subject: 'posts.attachment.list.v1',
  ...list({
    item: attachment,
    filters: { contentType: z.enum(attachmentTypes).optional().meta({ description: 'Only attachments of this type.' }) },
    sorts: ['createdAt', 'title'],
    searches: 'title and file name',
  }),
  failures: [],
  deadlineMs: 5_000,
});

/** Posts lose it too; what was published keeps it. */
export const deleteAttachment = rpc({
  subject: 'posts.attachment.delete.v1',
  request: attachmentId,
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['attachment-not-found'],
  deadlineMs: 5_000,
});

/** Where its bytes are. */
export const locateAttachment = rpc({
  subject: 'posts.attachment.locate.v1',
  request: attachmentId,
  reply: z.object({ sha256, sizeBytes: z.number(), contentType: z.string(), fileName: z.string() }),
  failures: ['attachment-not-found'],
  deadlineMs: 5_000,
});
