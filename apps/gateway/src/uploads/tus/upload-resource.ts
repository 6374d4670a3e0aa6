/** An upload as clients see it, in JSON and in the headers of tus. */
import * as z from 'zod';
import { type Failure, failures, type WireFailure } from '#contracts';
import { type Upload, type UploadResult, uploadStates } from './upload.ts';
import { uploadKinds } from './upload-metadata.ts';

const path = z.string().regex(/^\/v1\//);

export const uploadResource = z
  .object({
    id: z.uuid(),
    kind: z.enum(uploadKinds),
    fileName: z.string(),
    contentType: z.string().nullable().meta({ description: 'What the client takes it for.' }),
    state: z.enum(uploadStates).meta({
      description:
        '`receiving`: bytes are missing. `arrived`: all are here and the file is being taken in. `finished`: it has become a track. ' +
        '`refused`: it is not what it should be, `problem` says why. `expired`: nothing came for too long.',
    }),
    offsetBytes: z.number().int().nonnegative().meta({ description: 'So many bytes are here for good.' }),
    lengthBytes: z.number().int().positive().nullable().meta({ description: 'Of the whole file; null: not told yet.' }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().meta({ description: 'Unfinished: it is given up then. Ended: it is forgotten then.' }),
    trackId: z.uuid().nullable(),
    jobId: z.uuid().nullable(),
    problem: z.object({ type: z.string(), code: z.string(), title: z.string(), status: z.number().int(), detail: z.string() }).nullable(),
    links: z.object({ self: path, track: path.optional(), job: path.optional() }).meta({ id: 'UploadLinks' }),
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
    trackId: result?.trackId ?? null,
    jobId: result?.jobId ?? null,
    problem: problem && problemOf(problem),
    links: {
      self: pathOf(upload),
      ...(result ? { track: `/v1/tracks/${result.trackId}` } : {}),
      ...(result?.jobId ? { job: `/v1/jobs/${result.jobId}` } : {}),
    },
  };
}

const problemOf = ({ code, message }: WireFailure | Failure) => {
  const { status, title } = failures[code];
  return { type: `/problems/${code}`, code, status, title, detail: message };
};

/** What tus says of an upload wherever it is told: how far it is, until when it may go on, and what has become of it. */
export function headersOf({ offsetBytes, state, expiresAt, result }: Upload): Record<string, string> {
  const open = state === 'receiving' || state === 'arrived';
  return {
    'upload-offset': String(offsetBytes),
    ...(open ? { 'upload-expires': expiresAt.toUTCString() } : {}),
    ...(result ? headersOfResult(result) : {}),
  };
}

function headersOfResult({ trackId, jobId }: UploadResult): Record<string, string> {
  const track = `</v1/tracks/${trackId}>; rel="related"`;
  if (jobId === null) return { 'rafaga-track': trackId, link: track };
  return { 'rafaga-track': trackId, 'rafaga-job': jobId, link: `${track}, </v1/jobs/${jobId}>; rel="monitor"` };
}

/** The rest of what HEAD answers. */
export function standingOf({ lengthBytes, metadata }: Upload): Record<string, string> {
  return {
    ...(lengthBytes === null ? { 'upload-defer-length': '1' } : { 'upload-length': String(lengthBytes) }),
    ...(metadata ? { 'upload-metadata': metadata } : {}),
  };
}
