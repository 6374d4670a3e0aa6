/** The endpoints of attachments: pictures and documents for posts. */
import * as z from 'zod';
import { attachments } from '#contracts';
import { fileFailures, fileHeaders, fileResponses } from '../downloads/file-endpoint.ts';
import { endpoint } from '../http/endpoint.ts';
import { presentList, presentResource } from '../http/presenter.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { mediaUpload } from '../uploads/media-upload.endpoint.ts';

const base = { tag: 'Attachments', auth: 'user' } as const;

export const presentAttachment = presentResource({
  id: 'AttachmentResource',
  of: attachments.attachment,
  links: { self: '/v1/attachments/{id}', file: '/v1/attachments/{id}/file' },
});

export const createAttachment = mediaUpload({
  id: 'createAttachment',
  path: '/v1/attachments',
  tag: 'Attachments',
  summary: 'Upload a picture or a document for posts',
  description:
    'Send one file as `multipart/form-data` in the field `file`, and what you want to say about it in the fields `title`, `tags`, `metadata` and ' +
    '`externalId`, before the file. Name its id in `attachmentIds` of a post. A picture has at most 8 MiB and 36,152,320 pixels, a document at most 20 MiB.',
  cost: 2,
  query: {},
  file: 'The file: JPEG, PNG, GIF or PDF.',
  maxBytes: attachments.attachmentMaxBytes,
  schema: presentAttachment.schema,
  failures: attachments.attachmentMediaFailures,
});

export const listAttachments = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/attachments',
  summary: 'Your attachments, newest first unless sorted otherwise',
  calls: attachments.listAttachments,
  present: presentList(presentAttachment, attachments.listAttachments),
});

export const getAttachment = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/attachments/:attachmentId',
  summary: 'One attachment',
  calls: attachments.getAttachment,
  present: presentAttachment,
});

export const deleteAttachment = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: '/v1/attachments/:attachmentId',
  summary: 'Delete an attachment',
  description: 'Posts lose it too; what was published keeps it.',
  calls: attachments.deleteAttachment,
});

export const downloadAttachment = endpoint({
  ...base,
  id: 'downloadAttachment',
  method: 'GET',
  path: '/v1/attachments/:attachmentId/file',
  summary: 'The file of an attachment',
  description: 'Takes `Range` (one range), `If-Range`, `If-None-Match` and `If-Match`. HEAD gives the headers alone.',
  cacheControl: 'private, no-cache',
  params: z.strictObject(attachments.getAttachment.request.shape),
  headers: fileHeaders,
  responses: fileResponses('application/octet-stream', 'The whole file, under the content type that its bytes have.'),
  failures: ['attachment-not-found', ...fileFailures],
});
