/** Answers a POST that made a resource with a job, whichever route it came by. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type * as z from 'zod';
import { type Failure, headerText, integer, type Job } from '#contracts';
import { requireSubject } from '#platform';
import type { ResponseSpec } from './endpoint.ts';
import { preferredWaitSeconds, waitMaxSeconds } from './prefer-wait.ts';

/** Waits for the end of one of the caller's jobs. */
export interface JobEnds {
  /** @returns the job when it has ended, or as it is after `waitMs` or once the client has gone */
  whenEnded(ownerId: string, jobId: string, waitMs: number, gone: AbortSignal): Promise<Job>;
  /** Why a job that ended without success did not give what was asked for. */
  failureOf(job: Job): Failure;
}

export interface Started {
  readonly id: string;
  readonly job: { readonly id: string } | null;
}

export interface StartedWork<T> {
  readonly started: T;
  /** Of the resource. */
  readonly path: string;
  /** Reads the resource once its job has ended; absent: nobody can wait. */
  readonly again?: () => Promise<T>;
}

/** How a client says that it waits; {@link waitOf} reads it. */
export const waitQuery = {
  wait: integer({ min: 0, max: waitMaxSeconds })
    .optional()
    .meta({ description: 'Seconds to wait for the end of the job.', examples: [30] }),
};
export const preferHeader = {
  prefer: headerText(256)
    .optional()
    .meta({ description: '`wait=SECONDS`: the same as the query parameter `wait`, which stands above it.', examples: ['wait=30'] }),
};

export function startedResponses(schema: z.ZodType): Record<number, ResponseSpec> {
  const json = { contentType: 'application/json', schema };
  return {
    202: { ...json, description: 'Accepted; its job tells how far it is.', headers: { Location: 'The job, `/v1/jobs/{id}`.' } },
    201: { ...json, description: 'There is nothing left to wait for.', headers: { Location: 'The resource.' } },
  };
}

export interface WaitInput {
  readonly query: { readonly wait?: number | undefined };
  readonly headers: { readonly prefer?: string | undefined };
}

/**
 * 202 with the job's `Location` while the job runs or nobody waits; 201 with the resource where the job has ended within the wait or there is none.
 *
 * @returns the body: the resource as it is by then
 * @throws Failure the job's own, when it ended without success while the client waited
 */
export async function answerStarted<T extends Started>(
  { started, path, again }: StartedWork<T>,
  jobs: JobEnds,
  input: WaitInput,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<T> {
  if (!started.job) return sent(reply, 201, path, started);
  const { waitSeconds, applied } = waitOf(input);
  if (applied) reply.header('preference-applied', applied);
  const accepted = () => sent(reply, 202, `/v1/jobs/${started.job!.id}`, started);
  if (waitSeconds === undefined || !again) return accepted();
  const job = await jobs.whenEnded(requireSubject(), started.job.id, waitSeconds * 1_000, goneSignal(request, reply));
  if (job.state === 'queued' || job.state === 'running') return accepted();
  if (job.state !== 'succeeded') throw jobs.failureOf(job);
  return sent(reply, 201, path, await again());
}

function sent<T>(reply: FastifyReply, status: number, location: string, body: T): T {
  reply.code(status).header('location', location);
  return body;
}

/** `?wait=` stands above `Prefer`. */
export function waitOf({ query: { wait }, headers: { prefer } }: WaitInput): {
  waitSeconds: number | undefined;
  applied: string | undefined;
} {
  const preferred = preferredWaitSeconds(prefer);
  const applied = wait === undefined && preferred !== undefined ? `wait=${preferred}` : undefined;
  return { waitSeconds: wait ?? preferred, applied };
}

/** Aborts when the client has gone before its answer was written. The connection may live on for other requests: nothing is left on it. */
export function goneSignal({ raw }: Pick<FastifyRequest, 'raw'>, reply: Pick<FastifyReply, 'raw'>): AbortSignal {
  if (raw.socket.destroyed) return AbortSignal.abort();
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) gone.abort();
  });
  return gone.signal;
}
