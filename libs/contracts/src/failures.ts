/**
 * Every way a request can fail that we know of: one code, one HTTP status, one title. Codes of one
 * service are declared beside its contracts and spread in here; a code that several services use stands here and has its page in docs/problems.md.
 * A failure travels over NATS as `{ code, message, retryAfterSeconds?, errors? }` and leaves the gateway as RFC 9457 problem JSON.
 */
import * as z from 'zod';
import { accountExportFailures } from './account-exports.ts';
import { attachmentFailures } from './attachments.ts';
import { audioFailures } from './audio.ts';
import { collectionFailures } from './collections.ts';
import { documentLoadFailures } from './document-loads.ts';
import { exportFailures } from './exports.ts';
import type { FailureDeclaration } from './failure-table.ts';
import { identityFailures } from './identity.ts';
import { importFailures } from './imports.ts';
import { issueCode } from './issue-text.ts';
import { playlistFileFailures } from './playlist-files.ts';
import { playlistFailures } from './playlists.ts';
import { rewritingFailures } from './post-rewriting.ts';
import { postFailures } from './posts.ts';
import { profileFailures } from './profiles.ts';
import { publicationFailures } from './publications.ts';
import { publisherFailures } from './publishers.ts';
import { savedVideoFailures } from './saved-videos.ts';
import { settingFailures } from './settings.ts';
import { integrityFailures } from './system-integrity.ts';
import { trackPictureFailures } from './track-pictures.ts';
import { trackRenditionFailures } from './track-renditions.ts';
import { usageFailures } from './usage.ts';
import { videoBenchmarkFailures } from './video-benchmarks.ts';
import { videoCaptionFailures } from './video-captions.ts';
import { videoClipFailures } from './video-clips.ts';
import { videoRenditionFailures } from './video-renditions.ts';
import { videoScoringFailures } from './video-scoring.ts';
import { videoFailures } from './videos.ts';

export const failures = {
  'request-invalid': { status: 400, title: 'The request does not fit its contract' },
  'request-malformed': { status: 400, title: 'The request cannot be parsed' },
  unauthenticated: { status: 401, title: 'A valid access token is required' },
  'credentials-invalid': { status: 401, title: 'E-mail and password do not match' },
  'token-reused': { status: 401, title: 'This refresh token was already used' },
  'refresh-token-invalid': { status: 401, title: 'This refresh token is not valid' },
  forbidden: { status: 403, title: 'Not permitted' },
  'link-invalid': { status: 403, title: 'The link is invalid' },
  'not-found': { status: 404, title: 'Not found' },
  'job-not-found': { status: 404, title: 'Job not found' },
  'webhook-not-found': { status: 404, title: 'Webhook not found' },
  'api-key-not-found': { status: 404, title: 'API key not found' },
  'session-not-found': { status: 404, title: 'Session not found' },
  'delivery-not-found': { status: 404, title: 'Delivery not found' },
  'upload-not-found': { status: 404, title: 'Upload not found' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time' },
  'email-taken': { status: 409, title: 'This e-mail address is already registered' },
  'idempotency-in-flight': { status: 409, title: 'A request with this key is in progress' },
  'webhook-disabled': { status: 409, title: 'The webhook is disabled' },
  'too-many-api-keys': { status: 409, title: 'The limit of API keys is reached' },
  'too-many-webhooks': { status: 409, title: 'The limit of webhooks is reached' },
  'upload-offset-mismatch': { status: 409, title: 'The upload has another offset' },
  'upload-incomplete': { status: 409, title: 'The upload is not complete' },
  'too-many-uploads': { status: 409, title: 'The limit of unfinished uploads is reached' },
  'external-id-taken': { status: 409, title: 'The externalId is in use' },
  'metadata-too-large': { status: 422, title: 'The metadata would have too many pairs' },
  'precondition-required': { status: 428, title: 'If-Match is required' },
  'job-finished': { status: 409, title: 'The job has already ended' },
  'job-not-cancellable': { status: 409, title: 'The job cannot be cancelled' },
  'link-expired': { status: 410, title: 'The link has expired' },
  'upload-expired': { status: 410, title: 'The upload has expired' },
  'precondition-failed': { status: 412, title: 'The resource has changed since you read it' },
  'tus-version-unsupported': { status: 412, title: 'tus 1.0.0 is required' },
  'payload-too-large': { status: 413, title: 'The body is larger than allowed' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'media-type-unsupported': { status: 415, title: 'The content type is not supported' },
  'range-not-satisfiable': { status: 416, title: 'The range lies outside the file' },
  'expectation-refused': { status: 417, title: 'The Expect header is not supported' },
  'idempotency-key-reused': { status: 422, title: 'The key was used for another request' },
  'address-refused': { status: 422, title: 'The address is not allowed' },
  'remote-unreachable': { status: 422, title: 'The other server is not reachable' },
  'remote-refused': { status: 422, title: 'The other server refuses the file' },
  'upload-locked': { status: 423, title: 'The upload is in use by another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'upload-checksum-mismatch': { status: 460, title: 'The checksum does not match' },
  cancelled: { status: 499, title: 'The work was cancelled' },
  'file-lost': { status: 500, title: 'The server has lost the file' },
  internal: { status: 500, title: 'Internal error' },
  'service-unavailable': { status: 503, title: 'A required service is not reachable' },
  overloaded: { status: 503, title: 'The server is at capacity' },
  'deadline-exceeded': { status: 504, title: 'The work did not finish in time' },
  'storage-full': { status: 507, title: 'The storage is full' },
  ...attachmentFailures,
  ...audioFailures,
  ...trackPictureFailures,
  ...collectionFailures,
  ...documentLoadFailures,
  ...exportFailures,
  ...accountExportFailures,
  ...importFailures,
  ...integrityFailures,
  ...profileFailures,
  ...videoBenchmarkFailures,
  ...playlistFailures,
  ...playlistFileFailures,
  ...savedVideoFailures,
  ...postFailures,
  ...rewritingFailures,
  ...publicationFailures,
  ...publisherFailures,
  ...trackRenditionFailures,
  ...videoFailures,
  ...videoCaptionFailures,
  ...videoClipFailures,
  ...videoRenditionFailures,
  ...videoScoringFailures,
  ...identityFailures,
  ...usageFailures,
  ...settingFailures,
} as const satisfies Readonly<Record<string, Omit<FailureDeclaration, 'page'>>>;

export type FailureCode = keyof typeof failures;

/**
 * Where in the request something is wrong, between services: `pointer` is an RFC 6901 JSON pointer, prefixed by its place (`/body`, `/query`, `/path`,
 * `/header`). Clients get it as a {@link ProblemError}.
 */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export interface FailureDetails {
  readonly retryAfterSeconds?: number;
  readonly errors?: readonly FieldError[];
  /** For the log only; never leaves the process. */
  readonly cause?: unknown;
}

/** An outcome that both sides know by its code. `message` is written for the client, `cause` for the log. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly retryAfterSeconds: number | undefined;
  readonly errors: readonly FieldError[] | undefined;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.errors = details.errors;
  }

  /** Anything that we did not throw on purpose becomes `internal`, with the original as its cause. */
  static from(error: unknown): Failure {
    if (error instanceof Failure) return error;
    return new Failure('internal', 'Something broke on our side; it has been logged under this trace id.', { cause: error });
  }

  toWire(): WireFailure {
    return {
      code: this.code,
      message: this.message,
      ...(this.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: this.retryAfterSeconds }),
      ...(this.errors === undefined ? {} : { errors: [...this.errors] }),
    };
  }

  static fromWire(wire: WireFailure): Failure {
    return new Failure(wire.code, wire.message, {
      ...(wire.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: wire.retryAfterSeconds }),
      ...(wire.errors === undefined ? {} : { errors: wire.errors }),
    });
  }
}

/**
 * A field that its schema allows and a rule does not.
 *
 * @param pointer `/body/dueAt`, `/query/cursor`
 * @param detail a sentence for the client
 * @param code of the rule
 */
export const invalidField = (pointer: `/${string}`, detail: string, code = 'invalid'): Failure =>
  new Failure('request-invalid', detail, { errors: [{ pointer, code, detail }] });

const codes = Object.keys(failures) as [FailureCode, ...FailureCode[]];

/** How a failure crosses NATS. A code this side does not know (a newer peer) reads as `internal`. */
export const wireFailure = z.object({
  code: z.enum(codes).catch('internal'),
  message: z.string(),
  retryAfterSeconds: z.number().nonnegative().optional(),
  errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
});
export type WireFailure = z.output<typeof wireFailure>;

const places = ['body', 'query', 'path', 'header'] as const;

/** One thing that is wrong with a request. In the body `pointer` is a JSON pointer; elsewhere it begins with the name of the parameter. */
export const problemError = z
  .object({
    in: z.enum(places).meta({ description: 'Which part of the request.', examples: ['body'] }),
    name: z
      .string()
      .optional()
      .meta({ description: 'The parameter or the header; absent for the body.', examples: ['limit'] }),
    pointer: z.string().meta({
      description:
        'RFC 6901: into the body (empty for the body itself); for a parameter or a header `/name`, and what follows points into its value.',
      examples: ['/tags/2'],
    }),
    code: z.string().meta({ description: 'What is wrong, for programs.', examples: ['too-small'] }),
    detail: z.string().meta({ description: 'What is wrong, for people.', examples: ['must be at least 1'] }),
  })
  .meta({ id: 'ProblemError', description: 'One thing that is wrong with the request.' });
export type ProblemError = z.output<typeof problemError>;

function toProblemError({ pointer, code, detail }: FieldError): ProblemError {
  const [, first = '', ...rest] = pointer.split('/');
  const place = places.find((known) => known === first) ?? 'body';
  const inside = rest.map((token) => `/${token}`).join('');
  const [name] = rest;
  return { in: place, ...(place === 'body' || name === undefined ? {} : { name: plainToken(name) }), pointer: inside, code, detail };
}

const plainToken = (token: string) => token.replaceAll('~1', '/').replaceAll('~0', '~');

/** RFC 9457. `type` is a page of ours that explains the code; `traceId` finds the request in the logs. */
export const problem = z
  .object({
    type: z.string().meta({ examples: ['/problems/track-not-found'] }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    traceId: z.string(),
    errors: z.array(problemError).optional(),
  })
  .meta({ id: 'Problem', description: 'A problem document (RFC 9457).' });
export type Problem = z.output<typeof problem>;

/** The one place where a failure becomes a problem document. */
export function toProblem(error: unknown, request: { readonly requestId: string; readonly traceId: string }): Problem {
  const failure = Failure.from(error);
  const { status, title } = failures[failure.code];
  return {
    type: `/problems/${failure.code}`,
    status,
    title,
    detail: failure.message,
    instance: `/requests/${request.requestId}`,
    code: failure.code,
    traceId: request.traceId,
    ...(failure.errors ? { errors: failure.errors.map(toProblemError) } : {}),
  };
}

/** Turns what zod found into field errors; `place` says where the value stood (`/body`, `/query`, …). */
export function fieldErrors(error: z.ZodError | { readonly issues: readonly z.core.$ZodIssue[] }, place: string): FieldError[] {
  return error.issues.flatMap((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return keys.map((key) => ({
      pointer: [place, ...issue.path.map(String), ...(key === undefined ? [] : [key])].map(pointerToken).join('/'),
      code: issueCode(issue),
      detail: issue.message,
    }));
  });
}

const pointerToken = (token: string, index: number) => (index === 0 ? token : token.replaceAll('~', '~0').replaceAll('/', '~1'));
