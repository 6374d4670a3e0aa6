/**
 * One value declares an HTTP endpoint: where it is, who may call it, what it takes and gives, what can go wrong and what it costs.
 * Routing, validation, authorisation, limits, answers and the OpenAPI document are all read from it, so none of them can drift.
 */

import * as z from 'zod';
import type { FailureCode, Scope } from '#contracts';
import { type BodySpec, isJsonBody } from './body.ts';
import type { Forward } from './forward.ts';

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof methods)[number];

/** For what pages of other origins embed: signed links to media and pictures. */
export const embeddable = { 'cross-origin-resource-policy': 'cross-origin' } as const;

/** Three times what a call between services may take (5 s); Kong waits two seconds longer. */
export const defaultDeadlineMs = 15_000;

/** `open`: anybody. `user`: a valid access token. `operator`: one whose roles include operator. */
export type Access = 'open' | 'user' | 'operator';

/** A body that is not JSON of ours, or one that needs headers told about it. */
export interface ResponseSpec {
  readonly description: string;
  /** Absent: no body. */
  readonly contentType?: string;
  /** What else the same answer may come as, by Accept. */
  readonly alsoAs?: readonly string[];
  readonly schema?: z.ZodType;
  readonly headers?: Readonly<Record<string, string>>;
  readonly example?: unknown;
}

type Fields = z.ZodObject;

export interface Endpoint<
  Params extends Fields = Fields,
  Query extends Fields = Fields,
  Headers extends Fields = Fields,
  Body extends BodySpec = BodySpec,
> {
  /** The OpenAPI operationId; unique. */
  readonly id: string;
  readonly method: Method;
  /** As Fastify spells it: `/v1/tracks/:trackId`. */
  readonly path: `/${string}`;
  /** Declared in docs/tags.ts. */
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly auth: Access;
  /**
   * What an API key has to be good for; `read` for GET and `write` for all else unless told. `account`: no API key is, what concerns the
   * account itself needs somebody who has logged in.
   */
  readonly scope?: Scope | 'account';
  /** Units of the caller's allowance; 1 unless told. 0 is free. */
  readonly cost?: number;
  /** `credentials`: the tighter limits of routes where passwords or refresh tokens are tried. */
  readonly limit?: 'credentials';
  /**
   * Whether it is served beyond the quota of requests. By default deletions, routes of the account and routes of operators are, so that an account
   * over its quota can still free space.
   */
  readonly isQuotaExempt?: boolean;
  /** How long the caller is kept waiting at most; 15 s unless told. */
  readonly deadlineMs?: number;
  /** The largest JSON body, in bytes; 64 KiB unless told. */
  readonly bodyLimitBytes?: number;
  /** Cache-Control of a good answer; `private, no-cache` (ask again with the ETag) unless told. */
  readonly cacheControl?: string;
  /** Headers of every answer, also of a refusal. */
  readonly always?: Readonly<Record<string, string>>;
  /** Strict, its keys the names in `path`. */
  readonly params?: Params;
  /** Strict; left out: no query at all is accepted. */
  readonly query?: Query;
  /** Loose (other headers are none of ours); keys in lower case. */
  readonly headers?: Headers;
  readonly body?: Body;
  /** By status; the lowest 2xx (or 307, without one) is what the handler answers unless it says otherwise. */
  readonly responses: Readonly<Record<number, z.ZodType | ResponseSpec>>;
  /** Codes of its own; those that come with `auth`, limits and validation are added by themselves. */
  readonly failures: readonly FailureCode[];
  /** A request body as one would paste it. */
  readonly example?: unknown;
  /** What a POST made can be read where this says, from its answer: the `Location` of a 201 of a route with a controller. */
  readonly locate?: (made: never) => string;
  /** Served by a contract of another service, without a controller; see service-endpoint.ts. */
  readonly forward?: Forward;
}

export interface Input<Params, Query, Headers, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly headers: Headers;
  readonly body: Body;
}

/** What `@Input()` hands to the handler of endpoint `E`. The body of a multipart or raw endpoint is still to be read from the request. */
export type InputOf<E> =
  E extends Endpoint<infer Params, infer Query, infer Headers, infer Body>
    ? Input<z.output<Params>, z.output<Query>, z.output<Headers>, Body extends z.ZodType ? z.output<Body> : undefined>
    : never;

const pathNames = (path: string): string[] => [...path.matchAll(/:([A-Za-z]\w*)/g)].map((match) => match[1]!).sort();

function faultsOf(spec: Endpoint): string[] {
  const named = pathNames(spec.path).join();
  const declared = Object.keys(spec.params?.shape ?? {})
    .sort()
    .join();
  const strict = { params: spec.params, query: spec.query, body: isJsonBody(spec.body) ? spec.body : undefined };
  return [
    ...(named === declared ? [] : [`path names [${named}] but params declares [${declared}]`]),
    ...Object.entries(strict)
      .filter(([, schema]) => schema instanceof z.ZodObject && !(schema.def.catchall instanceof z.ZodNever))
      .map(([place]) => `${place} must be a z.strictObject`),
    ...(spec.body && spec.method === 'GET' ? ['a GET takes no body'] : []),
    ...(Object.keys(spec.responses).some(isSuccess) ? [] : ['no 2xx response and no 307 is declared']),
  ];
}

/** @throws RangeError when the path and `params` disagree, a request schema would let unknown fields in, or there is neither a 2xx answer nor a 307 */
export function endpoint<
  Params extends Fields = z.ZodObject<Record<never, never>, z.core.$strict>,
  Query extends Fields = z.ZodObject<Record<never, never>, z.core.$strict>,
  Headers extends Fields = z.ZodObject<Record<never, never>>,
  Body extends BodySpec = undefined,
>(spec: Endpoint<Params, Query, Headers, Body>): Endpoint<Params, Query, Headers, Body> {
  const faults = faultsOf(spec as unknown as Endpoint);
  if (faults.length > 0) throw new RangeError(`endpoint ${spec.id}: ${faults.join('; ')}`);
  return Object.freeze({ ...spec });
}

export const scopeOf = ({ method, scope }: Pick<Endpoint, 'method' | 'scope'>): Scope | 'account' =>
  scope ?? (method === 'GET' ? 'read' : 'write');

export const isQuotaExempt = ({ method, auth, scope, isQuotaExempt: told }: Endpoint): boolean =>
  told ?? (method === 'DELETE' || scope === 'account' || auth !== 'user');

/** A route that only leads elsewhere answers 307. */
const isSuccess = (status: string) => status.startsWith('2') || status === '307';

/** The status a handler answers with unless it says otherwise: the lowest 2xx declared, else 307. */
export const successStatus = (spec: Pick<Endpoint, 'responses'>): number => Number(Object.keys(spec.responses).find(isSuccess));

/** The schema of the JSON answered with `status`; undefined when that answer is not JSON of ours. */
export function responseSchema(spec: Pick<Endpoint, 'responses'>, status: number): z.ZodType | undefined {
  const response = spec.responses[status];
  return response instanceof z.ZodType ? response : response?.schema;
}
