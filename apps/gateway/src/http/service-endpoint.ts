/**
 * A route that only forwards to a service. The contract says nearly everything: its request becomes the path, query and body, its reply the
 * answer, its failures the problems. `ifRevision` in a request is never a field: it comes from `If-Match`, which PATCH and PUT must send and other
 * methods may; with `ifExists`, which comes from `If-Match: *` or `If-None-Match: *`, a PUT may send it. `forwarder` in forwarding.ts serves it; no controller is needed.
 */
import * as z from 'zod';
import type { FailureCode, ReplyOf, Rpc } from '#contracts';
import { defaultDeadlineMs, type Endpoint, endpoint, type ResponseSpec } from './endpoint.ts';
import type { Created, Forward, Presenter } from './forward.ts';
import { ifMatchHeader, ifMatch as ifMatchOf } from './if-match.ts';
import { waitMaxSeconds } from './prefer-wait.ts';
import { preferHeader, startedResponses, waitQuery } from './started-job.ts';

type Declared = Pick<Endpoint, 'method' | 'path' | 'tag' | 'summary' | 'auth'> &
  Partial<Pick<Endpoint, 'id' | 'description' | 'scope' | 'cost' | 'deadlineMs' | 'bodyLimitBytes' | 'cacheControl' | 'example'>>;

/** A contract whose failures all stand in the catalogue, so that each has a status and a page. */
type Catalogued = Rpc<z.ZodType, z.ZodType, FailureCode>;

export interface ServiceEndpoint<C extends Catalogued> extends Declared {
  /** Every field of its request comes from the path, the query (GET, DELETE) or the body (POST, PUT, PATCH). */
  readonly calls: C;
  readonly present?: Presenter<ReplyOf<C>>;
  /**
   * `job`: the reply carries `id` and `job: { id }`; the answer is 202 with the job's `Location`, unless the client waits (`?wait=`, `Prefer`) for
   * its end.
   */
  readonly starts?: 'job';
  /**
   * The reply is a new resource that no job makes: the answer is 201 with its `Location`, in the path of the route or in the one given here. A function
   * tells from the reply where it is; undefined: nothing is new, and a PUT is answered 200.
   */
  readonly creates?: true | `/v1/${string}` | ((reply: ReplyOf<C>) => Created | undefined);
  /** The presented resource whose ETag the answer carries, where that is not the answer itself: a playlist that an item was moved in. */
  readonly etagOf?: (reply: ReplyOf<C>) => object;
  /** With `starts`: reads the resource again once its job has ended. Its request takes path fields by name, and the new id as the one that is left. */
  readonly whenDone?: Rpc;
}

const ifNoneMatchHeader = {
  'if-none-match': z
    .literal('*')
    .optional()
    .meta({ description: '`*`: only where it is not there yet.', examples: ['*'] }),
};
const changing = ['PUT', 'PATCH'];
const fromHeaders = ['ifRevision', 'ifExists'];

/**
 * @throws RangeError when a name in the path is no field of the contract's request, or the request is not a flat object
 */
export function serviceEndpoint<C extends Catalogued>({
  calls,
  present,
  starts,
  creates,
  whenDone,
  etagOf,
  id,
  ...declared
}: ServiceEndpoint<C>): Endpoint {
  const shape = fieldsOf(calls);
  const inPath = [...declared.path.matchAll(/:([A-Za-z]\w*)/g)].map(([, name]) => name!);
  const unknown = inPath.filter((name) => !(name in shape));
  if (unknown.length > 0) throw new RangeError(`${calls.subject} has no field ${unknown.join(', ')}, which ${declared.path} names`);
  const rest = Object.fromEntries(Object.entries(shape).filter(([name]) => !inPath.includes(name) && !fromHeaders.includes(name)));
  const ifExists = 'ifExists' in shape;
  const isNeeded = changing.includes(declared.method) && !ifExists;
  const ifMatch = 'ifRevision' in shape ? (isNeeded ? 'required' : 'optional') : undefined;
  const headers = {
    ...(starts === 'job' ? preferHeader : {}),
    ...(ifMatch ? ifMatchHeader : {}),
    ...(ifExists ? ifNoneMatchHeader : {}),
  };
  const hasBody = ['POST', 'PUT', 'PATCH'].includes(declared.method) && Object.keys(rest).length > 0;
  const query = { ...(hasBody ? {} : rest), ...(starts === 'job' ? waitQuery : {}) };
  const forward: Forward = {
    contract: calls,
    startsJob: starts === 'job',
    ...(creates ? { creates } : {}),
    ...(present ? { present } : {}),
    ...(etagOf ? { etagOf } : {}),
    ...(whenDone ? { whenDone } : {}),
    ...(ifMatch ? { ifMatch } : {}),
    ...(ifExists ? { ifExists } : {}),
  };
  const spec = {
    ...declared,
    id: id ?? operationIdOf(calls),
    ...(inPath.length > 0 ? { params: z.strictObject(pick(shape, inPath)) } : {}),
    ...(Object.keys(query).length > 0 ? { query: z.strictObject(query) } : {}),
    ...(Object.keys(headers).length > 0 ? { headers: z.object(headers) } : {}),
    ...(hasBody ? { body: inPath.length === 0 && !ifMatch ? calls.request : z.strictObject(rest) } : {}),
    responses: responsesOf(declared.method, present?.schema ?? calls.reply, creates ? 'resource' : starts),
    ...deadlineOf(calls, starts, declared.deadlineMs),
    failures: [
      ...calls.failures,
      ...(ifMatch ? ifMatchOf[ifMatch].failures : []),
      ...(['service-unavailable', 'deadline-exceeded'] as const), // any service can be absent or late
    ],
    forward,
  };
  return endpoint(spec as never) as Endpoint;
}

/** Unless declared: the deadline of the contract, and the longest wait where the client may wait for a job. */
function deadlineOf({ deadlineMs }: Rpc, starts: 'job' | undefined, declared: number | undefined): { deadlineMs?: number } {
  const neededMs = (starts === 'job' ? waitMaxSeconds * 1_000 : 0) + deadlineMs + 1_000;
  if (declared !== undefined) return { deadlineMs: declared };
  return neededMs > defaultDeadlineMs ? { deadlineMs: neededMs } : {};
}

function fieldsOf({ request, subject }: Rpc): Record<string, z.ZodType> {
  if (!(request instanceof z.ZodObject)) throw new RangeError(`the request of ${subject} is not an object`);
  return request.shape as Record<string, z.ZodType>;
}

const pick = (shape: Readonly<Record<string, z.ZodType>>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, shape[name]!]));

/** `audio.track.get.v1` → `getTrack`, `audio.track.list.v1` → `listTracks`, `cache.dead-letter.replay.v1` → `replayDeadLetter`. */
export function operationIdOf({ subject }: Rpc): string {
  const [, noun = '', verb = ''] = subject.split('.');
  const words = noun.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${camel(verb)}${words.join('')}${verb === 'list' ? 's' : ''}`;
}

const camel = (word: string) => word.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

function responsesOf(method: string, schema: z.ZodType, starts: 'job' | 'resource' | undefined): Record<number, z.ZodType | ResponseSpec> {
  if (method === 'DELETE') return { 204: { description: 'Deleted.' } };
  const created = { description: 'Created.', contentType: 'application/json', schema, headers: { Location: 'The resource.' } };
  if (starts === 'resource') return method === 'PUT' ? { 200: schema, 201: created } : { 201: created };
  return starts === 'job' ? startedResponses(schema) : { 200: schema };
}
