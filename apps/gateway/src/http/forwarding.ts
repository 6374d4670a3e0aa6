/** Serves routes that only forward to a service; see service-endpoint.ts. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure, type Job, parseWith, type Rpc } from '#contracts';
import { type Bus, requireSubject } from '#platform';
import type { Endpoint, Input } from './endpoint.ts';
import { preferredWaitSeconds } from './prefer-wait.ts';
import type { Forward, Presenter } from './service-endpoint.ts';

/** Waits for the end of one of the caller's jobs. */
export interface JobEnds {
  /** @returns the job when it has ended, or as it is after `waitMs` or once the client has gone */
  ended(ownerId: string, jobId: string, waitMs: number, gone: AbortSignal): Promise<Job>;
  /** Why a job that ended without success did not give what was asked for. */
  failureOf(job: Job): Failure;
}

type CheckedInput = Input<object, object, object, object | undefined>;
type Handle = (input: CheckedInput, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

interface Started {
  readonly id: string;
  readonly job: { readonly id: string } | null;
}

/** @returns answers a checked request with what the contract's service replies */
export function forwarder({ forward, path, method }: Endpoint & { readonly forward: Forward }, bus: Bus, jobs: JobEnds): Handle {
  const call = (input: CheckedInput) => bus.call(forward.contract, requestOf(forward.contract, input, method));
  const present = presenterOf(forward.present);
  if (method === 'DELETE') return async (input) => void (await call(input));
  if (!forward.startsJob) return async (input) => present(await call(input));
  return async (input, request, reply) => {
    const started = (await call(input)) as Started;
    const answer = await answerStarted(started, { forward, path, bus, jobs, input, request, reply });
    return present(answer);
  };
}

/** @throws Failure request-invalid for what only the whole request shows: a rule over several of its fields */
function requestOf({ request }: Rpc, { params, query, body }: CheckedInput, method: string): object {
  const { wait: _wait, ...sent } = { ...query } as { wait?: unknown };
  const whole = { ...params, ...(method === 'GET' || method === 'DELETE' ? sent : {}), ...body };
  const checked = parseWith(request, whole);
  if (checked.success) return whole;
  const detail = checked.error.issues[0]?.message ?? 'The fields do not fit together.';
  throw new Failure('request-invalid', detail, { errors: [{ pointer: body ? '/body' : '/query', code: 'custom', detail }] });
}

const presenterOf = (presenter: Presenter<never> | undefined) =>
  presenter ? (reply: unknown) => presenter.of(reply as never) : (reply: unknown) => reply;

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
  const job = await jobs.ended(requireSubject(), started.job.id, waitSeconds * 1_000, goneSignal(request));
  if (job.state === 'queued' || job.state === 'running') return accepted();
  if (job.state !== 'succeeded') throw jobs.failureOf(job);
  return sent(reply, 201, resource, await bus.call(forward.whenDone, readRequest(forward.whenDone, input.params, started.id)));
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
function readRequest({ request }: Rpc, params: object, id: string): object {
  const fields = Object.keys((request as { shape?: object }).shape ?? {});
  const own = fields.find((name) => !(name in params));
  return { ...params, ...(own ? { [own]: id } : {}) };
}

function goneSignal({ raw }: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  raw.socket.once('close', () => gone.abort());
  return gone.signal;
}
