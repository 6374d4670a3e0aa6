/**
 * How failures travel: over NATS as `{ code, message, retryAfterSeconds?, errors? }`, and from the gateway as RFC 9457 problem JSON.
 */
import * as z from 'zod';
import { Failure, type FieldError } from './failure.ts';
import { type FailureCode, failures } from './failure-codes.ts';
import { issueCode } from './issue-text.ts';

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
