/** Reads the one file of a multipart form (RFC 7578) as a stream, and what its owner says about it in text fields; anything else is refused. */
import type { Readable } from 'node:stream';
import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { Failure, invalidField, type NewOwnerFields, ownerFieldLimits } from '#contracts';
import { checkFileName } from './file-name.ts';
import { isOwnerField, type OwnerPair, readOwnerFields } from './owner-fields.ts';

export interface FormFile {
  readonly fileName: string;
  /** Must be read to its end or destroyed. */
  readonly bytes: Readable;
}

/**
 * What the parser is told. Names keep their folders, so that we see and refuse them; two files are more than allowed and enough to say which one is
 * too many. The size of the file is the store's to watch.
 */
const fieldMaxBytes = 64 * 1_024;
const fieldsAtMost = ownerFieldLimits.tags + 4; // each tag may come as a field of its own
const reading = {
  preservePath: true,
  throwFileSizeLimit: false,
  limits: {
    files: 2,
    fields: fieldsAtMost,
    parts: fieldsAtMost + 2,
    fieldSize: fieldMaxBytes,
    headerPairs: 16,
    headerSize: 8_192,
    fileSize: Number.POSITIVE_INFINITY,
  },
};

/** Boundaries, part headers and text fields come on top of the file's bytes in Content-Length. */
const formOverheadBytes = 128 * 1_024;

/**
 * Hands the file of the form field `field` to `take`, then reads the form to its end: `take` may have stored something when this throws. Fields that
 * stand before the file are checked before a byte of it is read.
 *
 * @returns what `take` gave, and the fields
 * @throws Failure media-type-unsupported, request-malformed, request-invalid (with a pointer), payload-too-large by Content-Length; what `take` threw
 */
export async function readFormFile<T>(
  request: FastifyRequest,
  { field, maxBytes }: { readonly field: string; readonly maxBytes: number },
  take: (file: FormFile) => Promise<T>,
): Promise<{ readonly taken: T; readonly fields: NewOwnerFields }> {
  refuseOtherBodies(request, maxBytes);
  const said: OwnerPair[] = [];
  let file: { readonly taken: T } | undefined;
  try {
    for await (const part of request.parts(reading)) {
      if (part.type === 'field' && isOwnerField(part.fieldname)) said.push(pairOf(part, said));
      else if (file || part.type !== 'file' || part.fieldname !== field) throw unexpected(part, field);
      else {
        readOwnerFields(said, '/body');
        file = { taken: await take({ fileName: checkFileName(part.filename ?? ''), bytes: part.file }) };
      }
    }
  } catch (error) {
    throw parserFault(error);
  }
  if (!file) throw missing(field);
  return { taken: file.taken, fields: readOwnerFields(said, '/body') };
}

const sizeOf = ([, value]: OwnerPair) => (typeof value === 'string' ? value.length : JSON.stringify(value ?? null).length);

/** All fields together have the size that one may have. */
function pairOf({ fieldname, value, valueTruncated }: MultipartValue, before: readonly OwnerPair[]): OwnerPair {
  const pair = [fieldname, value] as const;
  if (valueTruncated || [...before, pair].reduce((sum, each) => sum + sizeOf(each), 0) > fieldMaxBytes)
    throw invalid(`/body/${fieldname}`, 'too-large', `must have at most ${fieldMaxBytes} bytes with all other fields`);
  return pair;
}

function refuseOtherBodies(request: FastifyRequest, maxBytes: number): void {
  if (!request.isMultipart()) throw new Failure('media-type-unsupported', 'This is taken as multipart/form-data only.');
  if (Number(request.headers['content-length'] ?? 0) > maxBytes + formOverheadBytes) throw tooLarge(maxBytes);
}

export const tooLarge = (maxBytes: number): Failure => new Failure('payload-too-large', `A file may have ${maxBytes} bytes at most.`);

const invalid = (pointer: `/${string}`, code: string, detail: string) => invalidField(pointer, detail, code);

const missing = (field: string) => invalid(`/body/${field}`, 'required', `The form has no file named ${field}.`);

function unexpected(part: MultipartFile | MultipartValue, field: string): Failure {
  if (part.fieldname === field && part.type === 'field')
    return invalid(`/body/${field}`, 'not-a-file', `${field} is to be a file with a name.`);
  if (part.fieldname === field) return invalid(`/body/${field}`, 'too-many', `One file named ${field} is taken, not several.`);
  const name = String(part.fieldname).slice(0, 64);
  return invalid(
    `/body/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    'field-unknown',
    `The form may hold ${field}, title, tags, metadata and externalId, and nothing else.`,
  );
}

/** What the parser or the socket threw means a form that cannot be read; our own failures and the store's pass. */
function parserFault(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === 'FST_PARTS_LIMIT' || code === 'FST_FILES_LIMIT' || code === 'FST_FIELDS_LIMIT')
    return invalid('/body', 'too-many', 'The form holds too much.');
  if (typeof message === 'string' && unreadable.test(message))
    return new Failure('request-malformed', 'The form cannot be read.', { cause: error });
  if (typeof code === 'string' && code.startsWith('FST_'))
    return new Failure('request-malformed', 'The form cannot be read.', { cause: error });
  return Failure.from(error);
}

/** The needle is the boundary, which the parser takes up to 256 characters of (RFC 2046 allows 70). */
const unreadable = /boundary|needle|multipart|terminated early|malformed|aborted|ECONNRESET|premature/i;
