/** Serves routes that only forward to a service; see service-endpoint.ts. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure, type Job, parseWith, type Rpc } from '#contracts';
import { type Bus, memoizePerReply, requireSubject } from '#platform';
import type { Endpoint, Input } from './endpoint.ts';
import { revisionIn } from './etag.ts';
import type { Forward, Presenter } from './forward.ts';
import { preferredWaitSeconds } from './prefer-wait.ts';

/** Waits for the end of one of the caller's jobs. */
export interface JobEnds {
  /** @returns the job when it has ended, or as it is after `waitMs` or once the client has gone */
  whenEnded(ownerId: string, jobId: string, waitMs: number, gone: AbortSignal): Promise<Job>;
  /** Why a job that ended without success did not give what was asked for. */
  failureOf(job: Job): Failure;
}

type CheckedInput = Input<object, object, object, object | undefined>;
type Handle = (input: Input<unknown, unknown, unknown, unknown>, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

interface Started {
  readonly id: string;
  readonly job: { readonly id: string } | null;
}

/** @returns answers a checked request with what the contract's service replies */
export function forwarder({ forward, path, method }: Endpoint & { readonly forward: Forward }, bus: Bus, jobs: JobEnds): Handle {
  const readRequest = requestReader(forward, method);
  const call = (input: unknown) => bus.call(forward.contract, readRequest(input as CheckedInput));
  const present = presenterOf(forward.present);
  if (method === 'DELETE') return async (input) => void (await call(input));
  if (!forward.startsJob) return async (input) => present((await call(input)) as object);
  return async (input, request, reply) => {
    const started = (await call(input)) as Started;
    const answer = await answerStarted(started, { forward, path, bus, jobs, input: input as CheckedInput, request, reply });
    return present(answer as object);
  };
}

/**
 * Puts the parts of a checked request together again. Rules over several fields are lost when a request is taken apart, so these are checked here.
 *
 * @throws Failure request-invalid for what only the whole request shows; precondition-required, precondition-failed for If-Match
 */
function requestReader({ contract: { request }, ifMatch }: Forward, method: string): (input: CheckedInput) => object {
  const hasRules = (request.def.checks?.length ?? 0) > 0;
  const takesQuery = method === 'GET' || method === 'DELETE';
  return ({ params, query, headers, body }) => {
    const fields = takesQuery ? { ...params, ...query } : { ...params, ...body };
    const whole = ifMatch ? { ...fields, ...revisionOfRequest(headers, ifMatch) } : fields;
    const checked = hasRules ? parseWith(request, whole) : undefined;
    if (!checked || checked.success) return whole;
    const detail = checked.error.issues[0]?.message ?? 'The fields do not fit together.';
    throw new Failure('request-invalid', detail, { errors: [{ pointer: takesQuery ? '/query' : '/body', code: 'custom', detail }] });
  };
}

function revisionOfRequest(headers: { readonly 'if-match'?: string }, ifMatch: 'required' | 'optional'): { ifRevision?: number } {
  const header = headers['if-match'];
  if (header === undefined && ifMatch === 'required')
    throw new Failure('precondition-required', 'Send the ETag of the resource in If-Match, so that no change of somebody else is lost.');
  const revision = header === undefined ? undefined : revisionIn(header);
  return revision === undefined ? {} : { ifRevision: revision };
}

/** The one place where a presented reply is remembered: as long as the reply that it was made of. */
const presenterOf = (presenter: Presenter<never> | undefined) =>
  presenter ? memoizePerReply((reply: object) => presenter.of(reply as never) as object) : (reply: object) => reply;

interface Waiting {
  readonly forward: Forward;
  readonly path: string;
  readonly bus: Bus;
  readonly jobs: JobEnds;
  readonly input: CheckedInput;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function answerStarted(started: Started, { forward, path, bus, jobs, input, request, reply }: Waiting): Promise<unknown> {
  const resource = `${pathOf(path, input.params)}/${started.id}`;
  if (!started.job) return sent(reply, 201, resource, started);
  const { waitSeconds, applied } = waitOf(input);
  if (applied) reply.header('preference-applied', applied);
  const accepted = () => sent(reply, 202, `/v1/jobs/${started.job!.id}`, started);
  if (waitSeconds === undefined || !forward.whenDone) return accepted();
  const job = await jobs.whenEnded(requireSubject(), started.job.id, waitSeconds * 1_000, goneSignal(request));
  if (job.state === 'queued' || job.state === 'running') return accepted();
  if (job.state !== 'succeeded') throw jobs.failureOf(job);
  return sent(reply, 201, resource, await bus.call(forward.whenDone, requestForResource(forward.whenDone, input.params, started.id)));
}

function sent<T>(reply: FastifyReply, status: number, location: string, body: T): T {
  reply.code(status).header('location', location);
  return body;
}

const pathOf = (path: string, params: object) =>
  path.replace(/:([A-Za-z]\w*)/g, (_, name: string) => String((params as Record<string, unknown>)[name]));

/** `?wait=` stands above `Prefer`. */
function waitOf({ query, headers }: CheckedInput): { waitSeconds: number | undefined; applied: string | undefined } {
  const { wait } = query as { wait?: number };
  const preferred = preferredWaitSeconds((headers as { prefer?: string }).prefer);
  const applied = wait === undefined && preferred !== undefined ? `wait=${preferred}` : undefined;
  return { waitSeconds: wait ?? preferred, applied };
}

/** Path fields by their names; the new resource's id is the field that the path does not give. */
function requestForResource({ request }: Rpc, params: object, id: string): object {
  const fields = Object.keys((request as { shape?: object }).shape ?? {});
  const own = fields.find((name) => !(name in params));
  return { ...params, ...(own ? { [own]: id } : {}) };
}

/** Aborts when the connection of the client closes. */
export function goneSignal({ raw }: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  raw.socket.once('close', () => gone.abort());
  return gone.signal;
}
