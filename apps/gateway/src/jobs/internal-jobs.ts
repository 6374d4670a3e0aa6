/** Jobs that are parts of a request: the request tells how they went, and they end with it. Clients are told that there are none. */
import * as contracts from '#contracts';
import { Failure, type Job, type JobKind } from '#contracts';

const isInternalKind = (value: unknown): value is JobKind =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'job' && (value as JobKind).isInternal === true;

/** Names of their kinds. */
export const internalKinds: readonly string[] = Object.values(contracts as Readonly<Record<string, unknown>>)
  .filter(isInternalKind)
  .map(({ name }) => name);

export const isInternal = ({ kind }: { readonly kind?: unknown }): boolean => internalKinds.includes(String(kind));

/** @throws Failure `job-not-found` for an internal one */
export function requireVisible(job: Job): Job {
  if (isInternal(job)) throw new Failure('job-not-found', 'There is no such job.');
  return job;
}
