/** What a request body can be: JSON with a schema, a form with a file in it, or bytes as they come. */
import * as z from 'zod';

export interface FilePart {
  /** The form field that carries the file. */
  readonly field: string;
  readonly description: string;
  readonly maxBytes: number;
}

/** `multipart/form-data`. The handler reads the parts from the request itself, as a stream; nothing is buffered before. */
export interface MultipartBody {
  readonly kind: 'multipart';
  readonly file: FilePart;
  /** Text fields beside the file; strict. */
  readonly fields?: z.ZodObject;
}

/** Bytes of a content type, read by the handler as a stream. */
export interface RawBody {
  readonly kind: 'raw';
  readonly contentTypes: readonly [string, ...string[]];
  readonly description: string;
  readonly maxBytes: number;
}

export type BodySpec = z.ZodType | MultipartBody | RawBody | undefined;

export const multipart = <const Spec extends Omit<MultipartBody, 'kind'>>(spec: Spec): Spec & { readonly kind: 'multipart' } => ({
  kind: 'multipart',
  ...spec,
});

export const raw = <const Spec extends Omit<RawBody, 'kind'>>(spec: Spec): Spec & { readonly kind: 'raw' } => ({ kind: 'raw', ...spec });

export const isForm = (body: BodySpec): body is MultipartBody => body !== undefined && !isJsonBody(body) && body.kind === 'multipart';

export const isJsonBody = (body: BodySpec): body is z.ZodType => body instanceof z.ZodType;

/** RFC 7396. Every JSON body of a PATCH may come as one. */
export const mergePatch = 'application/merge-patch+json';

/** The media types a body may come in; none where there is no body. */
export function mediaTypesOf(body: BodySpec, method: string): readonly string[] {
  if (body === undefined) return [];
  if (isJsonBody(body)) return method === 'PATCH' ? ['application/json', mergePatch] : ['application/json'];
  return body.kind === 'raw' ? body.contentTypes : ['multipart/form-data'];
}
