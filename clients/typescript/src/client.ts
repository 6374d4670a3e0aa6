/** Typed requests to a Ráfaga, from its API document. */
import createFetchClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.ts';

export type Problem = components['schemas']['Problem'];

/** An access token or an API key, or what gives one: it is asked before each request. */
export type Token = string | (() => string | Promise<string>);

export interface Connection {
  /** Without a slash at its end: `https://media.example.org`. */
  readonly baseUrl: string;
  /** Absent: only open routes answer. */
  readonly token?: Token;
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch;
}

export type RafagaClient = Client<paths>;

/** The answer was a problem document (RFC 9457); `problem.code` says which. */
export class RafagaError extends Error {
  override readonly name = 'RafagaError';
  readonly status: number;
  readonly problem: Partial<Problem>;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.status = status;
    this.problem = problem;
  }
}

export function createClient({ baseUrl, token, fetch }: Connection): RafagaClient {
  const client = createFetchClient<paths>({ baseUrl, ...(fetch ? { fetch } : {}) });
  client.use({
    async onRequest({ request }) {
      if (token && !request.headers.has('authorization')) request.headers.set('authorization', await authorization(token));
      return request;
    },
  });
  return client;
}

const authorization = async (token: Token) => `Bearer ${typeof token === 'string' ? token : await token()}`;

/**
 * The data of an answer.
 *
 * @throws RafagaError when the answer was a problem
 */
export function dataOf<Data>({ data, error, response }: { data?: Data; error?: unknown; response: Response }): Data {
  if (!response.ok) throw new RafagaError(response.status, (error ?? {}) as Partial<Problem>);
  return data as Data;
}

/**
 * A request that the typed client has no form for: bytes and streams.
 *
 * @throws RafagaError when the answer was a problem
 */
export async function send(connection: Connection, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (connection.token) headers.set('authorization', await authorization(connection.token));
  const response = await (connection.fetch ?? fetch)(new URL(path, `${connection.baseUrl}/`), { ...init, headers });
  if (response.ok) return response;
  const problem: unknown = await response.json().catch(() => ({}));
  throw new RafagaError(response.status, problem as Partial<Problem>);
}
