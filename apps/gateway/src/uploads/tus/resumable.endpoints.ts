/** tus 1.0.0 at /v1/uploads. The headers are declared here for the document and read in tus.ts, where each fault has the status tus gives it. */
import * as z from 'zod';
import { cursor, decimalInteger, headerText, mediaFailures, videoMediaFailures } from '#contracts';
import { raw } from '../../http/body.ts';
import { endpoint } from '../../http/endpoint.ts';
import { pageOf } from '../../http/presenter.ts';
import { checksumAlgorithms, partContentType, tusExtensions, tusHeaders, tusVersion } from './tus.ts';
import { uploadResource } from './upload-resource.ts';

const said = (description: string, example?: string) =>
  headerText(8_192)
    .optional()
    .meta({ description, ...(example ? { example } : {}) });

const tusResumable = { 'tus-resumable': said('Must be there.', tusVersion) };
const ofPart = {
  'upload-offset': said('Where these bytes begin; must be what the upload stands at.', '0'),
  'upload-checksum': said(`Of the bytes of this request: ${checksumAlgorithms.join(', ')} and a digest in base64.`),
  'upload-length': said('Of the whole file, where it was deferred.'),
};

/** A client on a slow line may take this long for one request. */
const partDeadlineMs = 3_600_000;

const base = { tag: 'Uploads', auth: 'user', cacheControl: 'no-store', always: tusHeaders } as const;
const one = { ...base, path: '/v1/uploads/:uploadId', params: z.strictObject({ uploadId: z.uuid() }) } as const;

const bytes = raw({
  contentTypes: [partContentType],
  description: 'The bytes of the file from the offset on, all that are left or some of them.',
  maxBytes: 2 * 1_024 ** 3,
});

const standing = {
  'Upload-Offset': 'So many bytes are here for good; absent while parts are being joined.',
  'Upload-Expires': 'The upload is given up then, unless more comes; absent once it has ended.',
} as const;
const outcome = {
  'Rafaga-Resource':
    'With the last byte: the path of what the file has become, `/v1/tracks/{id}`, `/v1/videos/{id}` or `/v1/collections/{id}/loads/{id}`.',
  Link: 'With the last byte: the resource (`related`) and the job that works on it (`monitor`).',
} as const;

const partFailures = [
  'upload-not-found',
  'upload-offset-mismatch',
  'upload-expired',
  'tus-version-unsupported',
  'upload-locked',
  'upload-checksum-mismatch',
  'request-timeout',
  'storage-full',
  'file-lost',
  'external-id-taken',
  'collection-not-found',
  ...mediaFailures,
  ...videoMediaFailures,
] as const;

const deferred = z.object({
  ...tusResumable,
  'upload-length': said('Of the whole file, in bytes.', '224941'),
  'upload-defer-length': said('`1`: the length follows with a later part.'),
  'upload-metadata': said(
    'Pairs of a name and base64: `filename`, `filetype`, `kind` (`track`, `video`, `documents`; a track unless told), `collectionId` (of the collection that documents are loaded into), and what you say about it: `title`, `externalId`, `tags` (a JSON ' +
      'list, or one tag), `metadata` (a JSON object).',
    'filename c29uZy53YXY=,title R29sZGVuIGhvdXI=',
  ),
  'upload-checksum': ofPart['upload-checksum'],
  'upload-concat': said(
    '`partial`: one part of a file. `final;` and the addresses of up to 64 parts, separated by spaces: joins them.',
    'partial',
  ),
});

export const tellTus = endpoint({
  ...base,
  id: 'getUploadProtocol',
  method: 'OPTIONS',
  path: '/v1/uploads',
  summary: 'Supported tus versions and extensions',
  auth: 'open',
  responses: {
    204: {
      description: 'In headers.',
      headers: {
        'Tus-Version': `\`${tusVersion}\``,
        'Tus-Extension': tusExtensions.join(', '),
        'Tus-Checksum-Algorithm': checksumAlgorithms.join(', '),
        'Tus-Max-Size': 'Bytes that one file may have.',
      },
    },
  },
  failures: [],
});

export const createUpload = endpoint({
  ...base,
  id: 'createUpload',
  method: 'POST',
  path: '/v1/uploads',
  summary: 'Create a resumable upload (tus)',
  description:
    'Creation after tus 1.0.0, with the first bytes in the body or without any. Send the rest with PATCH to the `Location`; after a broken connection ask with HEAD how ' +
    'far it got and go on from there. Any client for tus does this by itself. Parts of one file (`Upload-Concat: partial`) can be sent side by side; the upload that joins ' +
    'them (`final;…`) has no length and no bytes of its own, is made once however often it is asked for, and removes its parts.',
  cost: 10,
  deadlineMs: partDeadlineMs,
  headers: deferred,
  body: bytes,
  responses: {
    201: {
      description: 'Begun; nothing or some of it has arrived.',
      contentType: 'application/json',
      schema: uploadResource,
      headers: { Location: 'The upload, `/v1/uploads/{id}`.', ...standing, ...outcome },
    },
  },
  failures: ['payload-too-large', 'too-many-uploads', 'upload-incomplete', ...partFailures],
});

export const getUploads = endpoint({
  ...base,
  id: 'listUploads',
  method: 'GET',
  path: '/v1/uploads',
  summary: 'Your unfinished uploads, newest first',
  query: z.strictObject({ cursor: cursor().optional(), limit: decimalInteger({ min: 1, max: 100 }).default(20) }),
  responses: { 200: pageOf(uploadResource).meta({ id: 'UploadList' }) },
  failures: [],
});

export const getOneUpload = endpoint({
  ...one,
  id: 'getUpload',
  method: 'GET',
  summary: 'State of an upload',
  description:
    'For people in JSON, without any header of tus. HEAD at the same address is what clients for tus ask with `Tus-Resumable`: it answers 410 for an upload that has ' +
    'expired, and repeats the refusal of one that was refused. What has ended is remembered for a day.',
  responses: {
    200: {
      description: 'How it stands.',
      contentType: 'application/json',
      schema: uploadResource,
      headers: {
        ...standing,
        ...outcome,
        'Upload-Length': 'Of the whole file.',
        'Upload-Defer-Length': '`1` while the length is not told.',
        'Upload-Metadata': 'As it was sent.',
        'Upload-Concat': 'Of a part, and of an upload that joins parts.',
      },
    },
  },
  failures: [
    'upload-not-found',
    'upload-expired',
    'tus-version-unsupported',
    'collection-not-found',
    ...mediaFailures,
    ...videoMediaFailures,
  ],
});

export const appendToUpload = endpoint({
  ...one,
  id: 'appendToUpload',
  method: 'PATCH',
  summary: 'Send the next bytes of an upload',
  description:
    'With the last byte the file is taken in, which is answered like `POST /v1/tracks`, `POST /v1/videos` and `POST /v1/collections/{collectionId}/documents`: by the resource and its job, or by the refusal.',
  deadlineMs: partDeadlineMs,
  headers: z.object({ ...tusResumable, ...ofPart }),
  body: bytes,
  responses: { 204: { description: 'Here for good.', headers: { ...standing, ...outcome } } },
  failures: partFailures,
});

export const deleteUpload = endpoint({
  ...one,
  id: 'deleteUpload',
  method: 'DELETE',
  summary: 'Terminate an upload',
  description: 'Its bytes are removed at once. What a finished upload has become stays.',
  headers: z.object(tusResumable),
  responses: { 204: { description: 'Gone.' } },
  failures: ['upload-not-found', 'upload-expired', 'upload-locked', 'tus-version-unsupported'],
});

export const overrideUpload = endpoint({
  ...one,
  id: 'overrideUploadMethod',
  method: 'POST',
  summary: 'PATCH or DELETE by POST, for networks that block them',
  description: 'Does what `X-HTTP-Method-Override` says.',
  deadlineMs: partDeadlineMs,
  headers: z.object({
    ...tusResumable,
    ...ofPart,
    'x-http-method-override': z.enum(['PATCH', 'DELETE']).meta({ description: 'The method to apply.' }),
  }),
  body: bytes,
  responses: { 204: { description: 'Done.', headers: { ...standing, ...outcome } } },
  failures: partFailures,
});
