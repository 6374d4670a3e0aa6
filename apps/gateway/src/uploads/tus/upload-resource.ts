/** An upload as clients see it, in JSON and in the headers of tus. */
import * as z from 'zod';
import { type Failure, failures, idOfMedia, type MediaKind, mediaKindNames, type WireFailure } from '#contracts';
import { mediaPaths } from '../media-paths.ts';
import { type Upload, type UploadResult, uploadStates } from './upload.ts';

const path = z.string().regex(/^\/v1\//);

export const uploadResource = z
  .object({
    id: z.uuid(),
    kind: z.enum(mediaKindNames).meta({ description: 'What the file becomes.' }),
    fileName: z.string(),
    contentType: z.string().nullable().meta({ description: 'What the client takes it for.' }),
    state: z.enum(uploadStates).meta({
      description:
        '`receiving`: bytes are missing. `arrived`: all are here and the file is being taken in. `finished`: it has become a resource of its kind. ' +
        '`refused`: it is not what it should be, `problem` says why. `expired`: nothing came for too long.',
    }),
    offsetBytes: z.number().int().nonnegative().meta({ description: 'So many bytes are here for good.' }),
    lengthBytes: z.number().int().positive().nullable().meta({ description: 'Of the whole file; null: not told yet.' }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().meta({ description: 'Unfinished: it is given up then. Ended: it is forgotten then.' }),
    trackId: z.uuid().nullable().meta({ description: 'The track that it has become.' }),
    videoId: z.uuid().nullable().meta({ description: 'The video that it has become.' }),
    jobId: z.uuid().nullable(),
    problem: z.object({ type: z.string(), code: z.string(), title: z.string(), status: z.number().int(), detail: z.string() }).nullable(),
    links: z.object({ self: path, track: path.optional(), video: path.optional(), job: path.optional() }).meta({ id: 'UploadLinks' }),
  })
  .meta({ id: 'Upload', description: 'A resumable upload.' });
export type UploadResource = z.output<typeof uploadResource>;

export const pathOf = ({ id }: Pick<Upload, 'id'>): string => `/v1/uploads/${id}`;

export function toResource(upload: Upload): UploadResource {
  const { id, kind, fileName, contentType, state, offsetBytes, lengthBytes, createdAt, expiresAt, result, problem } = upload;
  return {
    id,
    kind,
    fileName,
    contentType,
    state,
    offsetBytes,
    lengthBytes,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...{ trackId: null, videoId: null, ...(result ? idOfMedia(kind, result.id) : {}) },
    jobId: result?.jobId ?? null,
    problem: problem && problemOf(problem),
    links: {
      self: pathOf(upload),
      ...(result ? { [kind]: `${mediaPaths[kind]}/${result.id}` } : {}),
      ...(result?.jobId ? { job: `/v1/jobs/${result.jobId}` } : {}),
    },
  };
}

const problemOf = ({ code, message }: WireFailure | Failure) => {
  const { status, title } = failures[code];
  return { type: `/problems/${code}`, code, status, title, detail: message };
};

/** What tus says of an upload wherever it is told: how far it is, until when it may go on, and what has become of it. */
export function headersOf({ kind, offsetBytes, state, expiresAt, result }: Upload): Record<string, string> {
  const open = state === 'receiving' || state === 'arrived';
  return {
    'upload-offset': String(offsetBytes),
    ...(open ? { 'upload-expires': expiresAt.toUTCString() } : {}),
    ...(result ? headersOfResult(kind, result) : {}),
  };
}

/** `Rafaga-Track`, `Rafaga-Video`: the id of what the file has become. */
function headersOfResult(kind: MediaKind, { id, jobId }: UploadResult): Record<string, string> {
  const resource = { [`rafaga-${kind}`]: id };
  const related = `<${mediaPaths[kind]}/${id}>; rel="related"`;
  if (jobId === null) return { ...resource, link: related };
  return { ...resource, 'rafaga-job': jobId, link: `${related}, </v1/jobs/${jobId}>; rel="monitor"` };
}

/** The rest of what HEAD answers. */
export function standingOf({ lengthBytes, metadata }: Upload): Record<string, string> {
  return {
    ...(lengthBytes === null ? { 'upload-defer-length': '1' } : { 'upload-length': String(lengthBytes) }),
    ...(metadata ? { 'upload-metadata': metadata } : {}),
  };
}
