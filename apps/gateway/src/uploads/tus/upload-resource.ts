/** An upload as clients see it, in JSON and in the headers of tus. */
import * as z from 'zod';
import { type Job, jobProgress, madeResource, mediaKindNames, resourceProblem, toJobProgress } from '#contracts';
import { problemOf } from '../../jobs/job-resource.ts';
import { madeResourceOf } from '../media-paths.ts';
import { concatHeaderOf, concatRoles } from './concatenation.ts';
import { type Upload, uploadStates } from './upload.ts';

const path = z.string().regex(/^\/v1\//);

export const uploadResource = z
  .object({
    id: z.uuid(),
    kind: z.literal('upload'),
    resourceKind: z
      .enum(mediaKindNames)
      .meta({ description: 'What the file becomes; `documents`: a load of a collection.', examples: ['track'] }),
    fileName: z.string(),
    contentType: z.string().nullable().meta({ description: 'What the client takes it for.' }),
    state: z.enum(uploadStates).meta({
      description:
        '`receiving`: bytes are missing. `arrived`: all are here and the file is being taken in, or waits as a part for the upload that joins it. `finished`: it has become a resource of its kind. ' +
        '`refused`: it is not what it should be, `problem` says why. `expired`: nothing came for too long.',
    }),
    concat: z
      .enum(concatRoles)
      .nullable()
      .meta({
        description: '`partial`: one part of a file. `final`: joins parts, which are gone once it has ended. Null: a whole file.',
        examples: [null],
      }),
    offsetBytes: z.number().int().nonnegative().meta({ description: 'So many bytes are here for good.' }),
    lengthBytes: z.number().int().positive().nullable().meta({ description: 'Of the whole file; null: not told yet.' }),
    resource: madeResource.nullable().meta({ description: 'What the file has become; null until then.' }),
    job: jobProgress
      .nullable()
      .meta({ description: 'The job that works on the resource; null until there is one, and once it is forgotten.', examples: [null] }),
    links: z.object({ self: path, job: path.optional() }).meta({ id: 'UploadLinks' }),
    problem: resourceProblem.nullable().meta({ description: 'Why the file was refused; null in the other states.', examples: [null] }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().meta({ description: 'Unfinished: it is given up then. Ended: it is forgotten then.' }),
  })
  .meta({ id: 'Upload', description: 'A resumable upload.' });
export type UploadResource = z.output<typeof uploadResource>;

export const pathOf = ({ id }: Pick<Upload, 'id'>): string => `/v1/uploads/${id}`;

/** @param job that of its result; undefined where there is none, or none any more */
export function toResource(upload: Upload, job?: Job): UploadResource {
  const { id, kind, fileName, contentType, state, concat, offsetBytes, lengthBytes, createdAt, expiresAt, result, problem } = upload;
  return {
    id,
    kind: 'upload',
    resourceKind: kind,
    fileName,
    contentType,
    state,
    concat,
    offsetBytes,
    lengthBytes,
    resource: result && madeResourceOf({ kind, ...result }),
    job: job ? toJobProgress(job) : null,
    links: { self: pathOf(upload), ...(result?.jobId ? { job: `/v1/jobs/${result.jobId}` } : {}) },
    problem: problem && problemOf(problem),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

/** What tus says of an upload wherever it is told: how far it is (of a final upload only once it is joined), until when it may go on, and what has become of it. */
export function headersOf(upload: Upload): Record<string, string> {
  const { offsetBytes, state, concat, expiresAt } = upload;
  const open = state === 'receiving' || state === 'arrived';
  return {
    ...(concat === 'final' && open ? {} : { 'upload-offset': String(offsetBytes) }),
    ...(open ? { 'upload-expires': expiresAt.toUTCString() } : {}),
    ...headersOfResult(upload),
  };
}

/** `Rafaga-Resource`: the path of what the file has become; in `Link` that again, and the job. */
function headersOfResult({ kind, result }: Upload): Record<string, string> {
  if (!result) return {};
  const { self } = madeResourceOf({ kind, ...result }).links;
  const monitor = result.jobId === null ? '' : `, </v1/jobs/${result.jobId}>; rel="monitor"`;
  return { 'rafaga-resource': self, link: `<${self}>; rel="related"${monitor}` };
}

/** The rest of what HEAD answers. */
export function standingOf({ lengthBytes, metadata, concat, partIds }: Upload): Record<string, string> {
  return {
    ...(lengthBytes === null ? { 'upload-defer-length': '1' } : { 'upload-length': String(lengthBytes) }),
    ...(metadata ? { 'upload-metadata': metadata } : {}),
    ...(concat ? { 'upload-concat': concatHeaderOf(concat, partIds) } : {}),
  };
}
