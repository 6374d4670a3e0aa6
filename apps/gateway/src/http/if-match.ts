/**
 * `If-Match` on the change of a resource with a revision: what a route declares, what it reads from the request, and the ETag of its answer. Routes that
 * forward to a service have it by their contract (service-endpoint.ts); routes with a controller take it from here.
 */
import type { FastifyReply } from 'fastify';
import * as z from 'zod';
import { Failure, headerText } from '#contracts';
import { resourceEtag, revisionIn } from './etag.ts';
import { revisionOf } from './presenter.ts';

export const ifMatchHeader = {
  'if-match': headerText(1_024)
    .optional()
    .meta({
      description: 'The `ETag` of the resource as you read it: a change in between is refused. `*`: whatever it is.',
      examples: ['"3.rYZFSFM5wh1H7rBVnXIqGk"'],
    }),
};

/** Header and failures of a change: `required` where an edit could be lost, `optional` for a deletion. */
export const ifMatch = {
  required: { headers: z.object(ifMatchHeader), failures: ['precondition-failed', 'precondition-required'] },
  optional: { headers: z.object(ifMatchHeader), failures: ['precondition-failed'] },
} as const;

/**
 * @returns the revision that the client has read; nothing for `*`, or without the header
 * @throws Failure `precondition-required` where the header is required and absent, `precondition-failed` where it is no ETag of a resource
 */
export function revisionOfRequest(
  { 'if-match': header }: { readonly 'if-match'?: string | undefined },
  need: keyof typeof ifMatch,
): { ifRevision?: number } {
  if (header === undefined && need === 'required')
    throw new Failure('precondition-required', 'Send the ETag of the resource in If-Match, so that no change of somebody else is lost.');
  const revision = header === undefined ? undefined : revisionIn(header);
  return revision === undefined ? {} : { ifRevision: revision };
}

/** Gives an answer the ETag of a presented resource that it shows a part of, or more than, for the next change. */
export function tagWith(reply: FastifyReply, shown: object): void {
  const revision = revisionOf(shown);
  if (revision !== undefined) reply.header('etag', resourceEtag(revision, JSON.stringify(shown)));
}
