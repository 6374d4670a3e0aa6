/** The endpoint of a noun that is made of an uploaded file: `POST /v1/<nouns>`, a form with the file and what its owner says about it. */
import * as z from 'zod';
import { createFailures, type FailureCode } from '#contracts';
import { multipart } from '../http/body.ts';
import { type Endpoint, endpoint } from '../http/endpoint.ts';
import { preferHeader, startedResponses, waitQuery } from '../http/started-job.ts';
import { ownerFormFields } from './owner-fields.ts';

type Declared = Pick<Endpoint, 'id' | 'path' | 'tag' | 'summary' | 'description' | 'cost'>;

export interface MediaUpload<Schema extends z.ZodType, Query extends z.ZodRawShape> extends Declared {
  /** Of the presented resource. */
  readonly schema: Schema;
  /** What the file may be. */
  readonly file: string;
  readonly maxBytes: number;
  readonly failures: readonly FailureCode[];
  /** Parameters beside `wait`. */
  readonly query: Query;
}

/** A client on a slow line may take this long to send a file. */
const deadlineMs = 3_600_000;

export const mediaUpload = <Schema extends z.ZodType, Query extends z.ZodRawShape>({
  schema,
  file,
  maxBytes,
  failures,
  query,
  ...declared
}: MediaUpload<Schema, Query>) =>
  endpoint({
    ...declared,
    method: 'POST',
    auth: 'user',
    deadlineMs,
    query: z.strictObject({ ...waitQuery, ...query }),
    headers: z.object(preferHeader),
    body: multipart({ file: { field: 'file', description: file, maxBytes }, fields: ownerFormFields }),
    responses: startedResponses(schema),
    failures: [
      ...(['payload-too-large', 'request-malformed', 'media-type-unsupported', 'storage-full', 'file-lost'] as const),
      ...createFailures,
      ...failures,
    ],
  });
