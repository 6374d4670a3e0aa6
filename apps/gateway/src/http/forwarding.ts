/** Serves routes that only forward to a service; see service-endpoint.ts. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure, invalidField, parseWith, type Rpc } from '#contracts';
import { type Bus, memoizePerReply } from '#platform';
import type { Endpoint, Input } from './endpoint.ts';
import type { Created, Forward, Presenter } from './forward.ts';
import { revisionOfRequest, tagWith } from './if-match.ts';
import { answerStarted, type JobEnds, type Started } from './started-job.ts';

type CheckedInput = Input<object, object, object, object | undefined>;
type Handle = (input: Input<unknown, unknown, unknown, unknown>, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** @returns answers a checked request with what the contract's service replies */
export function forwarder({ forward, path, method }: Endpoint & { readonly forward: Forward }, bus: Bus, jobs: JobEnds): Handle {
  const readRequest = requestReader(forward, method);
  const ask = (input: unknown) => bus.call(forward.contract, readRequest(input as CheckedInput));
  const call = forward.etagOf ? tagging(ask, forward.etagOf) : ask;
  const present = presenterOf(forward.present);
  if (method === 'DELETE') return async (input, _request, reply) => void (await call(input, reply));
  const { creates } = forward;
  if (creates) {
    const parent = typeof creates === 'string' ? creates : path;
    const locate =
      typeof creates === 'function'
        ? (made: object) => creates(made as never)
        : (made: object, input: CheckedInput): Created => ({ path: `${pathOf(parent, input.params)}/${(made as { id: string }).id}` });
    return async (input, _request, reply) => {
      const made = (await call(input, reply)) as object;
      markCreated(reply, locate(made, input as CheckedInput));
      return present(made);
    };
  }
  if (!forward.startsJob) return async (input, _request, reply) => present((await call(input, reply)) as object);
  return async (input, request, reply) => {
    const { params, query, headers } = input as CheckedInput;
    const started = (await call(input, reply)) as Started;
    const { whenDone } = forward;
    const again = async () => (await bus.call(whenDone!, requestForResource(whenDone!, params, started.id))) as Started;
    const work = { started, path: `${pathOf(path, params)}/${started.id}`, ...(whenDone ? { again } : {}) };
    return present(await answerStarted(work, jobs, { query, headers }, request, reply));
  };
}

function markCreated(reply: FastifyReply, created: Created | undefined): void {
  if (!created) return;
  reply.code(201);
  if (created.path !== undefined) reply.header('location', created.path);
}

type Ask = (input: unknown, reply: FastifyReply) => Promise<unknown>;

/** The answer carries the ETag of a resource that it changes. */
const tagging =
  (ask: Ask, etagOf: (reply: never) => object): Ask =>
  async (input, reply) => {
    const answer = await ask(input, reply);
    tagWith(reply, etagOf(answer as never));
    return answer;
  };

/**
 * Puts the parts of a checked request together again. Rules over several fields are lost when a request is taken apart, so these are checked here.
 *
 * @throws Failure request-invalid for what only the whole request shows; precondition-required, precondition-failed for If-Match
 */
function requestReader({ contract: { request }, ifMatch, ifExists }: Forward, method: string): (input: CheckedInput) => object {
  const hasRules = (request.def.checks?.length ?? 0) > 0;
  const takesQuery = method === 'GET' || method === 'DELETE';
  return ({ params, query, headers, body }) => {
    const fields = takesQuery ? { ...params, ...query } : { ...params, ...body };
    const conditions = { ...(ifMatch ? revisionOfRequest(headers, ifMatch) : {}), ...(ifExists ? existenceOfRequest(headers) : {}) };
    const whole = ifMatch || ifExists ? { ...fields, ...conditions } : fields;
    const checked = hasRules ? parseWith(request, whole) : undefined;
    if (!checked || checked.success) return whole;
    const detail = checked.error.issues[0]?.message ?? 'The fields do not fit together.';
    throw invalidField(takesQuery ? '/query' : '/body', detail);
  };
}

interface Existence {
  readonly 'if-match'?: string;
  readonly 'if-none-match'?: string;
}

function existenceOfRequest({ 'if-match': ifMatch, 'if-none-match': ifNoneMatch }: Existence): { ifExists?: boolean } {
  const mustExist = ifMatch !== undefined && ifMatch.trim() === '*';
  if (ifNoneMatch === undefined) return mustExist ? { ifExists: true } : {};
  if (ifMatch !== undefined) throw new Failure('precondition-failed', 'If-Match and If-None-Match: * never hold together.');
  return { ifExists: false };
}

/** The one place where a presented reply is remembered: as long as the reply that it was made of. */
const presenterOf = (presenter: Presenter<never> | undefined) =>
  presenter ? memoizePerReply((reply: object) => presenter.of(reply as never) as object) : (reply: object) => reply;

const pathOf = (path: string, params: object) =>
  path.replace(/:([A-Za-z]\w*)/g, (_, name: string) => String((params as Record<string, unknown>)[name]));

/** Path fields by their names; the new resource's id is the field that the path does not give. */
function requestForResource({ request }: Rpc, params: object, id: string): object {
  const fields = Object.keys((request as { shape?: object }).shape ?? {});
  const own = fields.find((name) => !(name in params));
  return { ...params, ...(own ? { [own]: id } : {}) };
}
