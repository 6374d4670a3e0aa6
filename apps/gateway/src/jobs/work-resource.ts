/**
 * Resources that stand for a job and its result: imports, profiles, integrity checks. They have the id of their job and are kept as long as it. Pure.
 */
import * as z from 'zod';
import {
  type FailureCode,
  type Job,
  type JobKind,
  type JobState,
  jobProgress,
  type OutputOf,
  page,
  type ResourceState,
  resourceProblem,
  resourceState,
  timestamp,
  toJobProgress,
} from '#contracts';
import { problemOf } from './job-resource.ts';

/** One kind of work as clients see it. */
export interface Work<K extends JobKind, Noun extends string, Own extends object> {
  readonly noun: Noun;
  readonly job: K;
  readonly notFound: FailureCode;
  /** `/v1/imports` */
  readonly path: `/v1/${string}`;
  /** Its own fields. @param output null until it is ready, and where an earlier version wrote a result of another shape */
  readonly own: (job: Job, output: OutputOf<K> | null) => Own;
  /** Links beside those to itself and its job. */
  readonly links?: (job: Job) => Readonly<Record<string, string>>;
}

const states: Readonly<Record<JobState, ResourceState>> = {
  queued: 'processing',
  running: 'processing',
  succeeded: 'ready',
  failed: 'failed',
  cancelled: 'failed',
};

export const jobStatesOf = (state: ResourceState): JobState[] =>
  Object.entries(states).flatMap(([job, resource]) => (resource === state ? [job as JobState] : []));

const path = z.string().regex(/^\/v1\//);

/**
 * The schema of a kind of work.
 *
 * @param links optional paths beside `self` and `job`, by name
 */
export const workSchema = <const Noun extends string, Own extends z.core.$ZodLooseShape, Links extends z.core.$ZodLooseShape>(
  noun: Noun,
  own: Own,
  links: Links,
) =>
  z.object({
    id: z.uuid(),
    kind: z.literal(noun).meta({ examples: [noun] }),
    state: resourceState,
    ...own,
    job: jobProgress.meta({ description: 'The job that does it.' }),
    links: z.object({ self: path, job: path, ...links }).meta({ description: 'Paths on this server.' }),
    problem: resourceProblem.nullable().meta({ description: 'Why it failed; null in the other states.', examples: [null] }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime().meta({ description: 'When it was asked for, began or ended, whichever was last.' }),
  });

/** Pages and filters of every list of work. */
export const workQuery = {
  state: resourceState.optional(),
  createdAtMin: timestamp().optional().meta({ description: 'Created at this moment or later.' }),
  createdAtMax: timestamp().optional().meta({ description: 'Created at this moment or earlier.' }),
  ...page,
};

export function toWork<K extends JobKind, Noun extends string, Own extends object>(work: Work<K, Noun, Own>, job: Job) {
  const { id, state, reason, createdAt, startedAt, endedAt } = job;
  const output = state === 'succeeded' ? outputOf(work.job, job) : null;
  return {
    id,
    kind: work.noun,
    state: states[state],
    ...work.own(job, output),
    job: toJobProgress(job),
    links: { self: `${work.path}/${id}`, job: `/v1/jobs/${id}`, ...work.links?.(job) },
    problem: reason && problemOf(reason),
    createdAt,
    updatedAt: endedAt ?? startedAt ?? createdAt,
  };
}

/** One row of an earlier version does not break a list. */
function outputOf<K extends JobKind>(kind: K, { result }: Job): OutputOf<K> | null {
  const { success, data } = kind.output.safeParse(result);
  return success ? (data as OutputOf<K>) : null;
}
