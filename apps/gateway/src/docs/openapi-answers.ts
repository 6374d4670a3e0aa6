/** OpenAPI responses of an endpoint, successes and failures. */
import * as z from 'zod';
import type { ZodOpenApiMediaTypeObject, ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { type FailureCode, failures, problem } from '#contracts';
import { isJsonBody } from '../http/body.ts';
import { type Endpoint, isQuotaExempt, type ResponseSpec, successStatus } from '../http/endpoint.ts';
import { hasRevision } from '../http/presenter.ts';

const text = (description: string, example: string) => ({ description, schema: { type: 'string' as const }, example });

export const commonHeaders = {
  'X-Request-Id': text('The id of this request: yours, if you sent a fitting one, else ours.', '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10'),
  RateLimit: text(
    'What is left of your allowance, and when some of it comes back (draft-ietf-httpapi-ratelimit-headers).',
    '"default";r=599;t=60',
  ),
  'RateLimit-Policy': text('The allowances that hold here: units in so many seconds.', '"default";q=600;w=60'),
  ETag: text('A strong validator; send it back in If-None-Match.', '"rYZFSFM5wh1H7rBVnXIqGk"'),
  Link: text('`rel="next"`: the next page; absent on the last one.', '</v1/tracks?limit=20&cursor=WyIyMDI2LTAx>; rel="next"'),
  'Content-Range': text(
    'Which bytes these are, of how many; of a range outside the file, `bytes */` and the size.',
    'bytes 0-1023/4823112',
  ),
  'Retry-After': text('Seconds to wait.', '5'),
  'Idempotency-Replayed': text('`true`: this is the answer that the first request with this Idempotency-Key got.', 'true'),
};

const refer = (...names: (keyof typeof commonHeaders)[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** Failures of an endpoint: its own, and those implied by authentication, limits and body. */
export function failuresOf(endpoint: Endpoint): FailureCode[] {
  const { auth, body, cost, method } = endpoint;
  return [
    ...new Set<FailureCode>([
      ...endpoint.failures,
      'request-invalid',
      ...(method === 'POST' ? (['idempotency-in-flight', 'idempotency-key-reused'] as const) : []),
      ...(body ? (['request-malformed', 'payload-too-large', 'media-type-unsupported'] as const) : []),
      ...(auth === 'open' ? [] : (['unauthenticated', 'forbidden'] as const)),
      ...(isQuotaExempt(endpoint) ? [] : (['quota-exceeded'] as const)),
      ...(cost === 0 ? [] : (['too-many-requests'] as const)),
      ...(auth === 'open' && !isJsonBody(body) ? [] : (['service-unavailable', 'deadline-exceeded'] as const)),
      ...(cost === 0 ? [] : (['overloaded'] as const)),
      'internal',
    ]),
  ];
}

export function answersOf(endpoint: Endpoint): ZodOpenApiResponsesObject {
  const answers: Record<string, ZodOpenApiResponseObject> = {};
  for (const [status, response] of Object.entries(endpoint.responses)) answers[status] = answerOf(endpoint, status, response);
  if (isRevalidated(endpoint))
    answers[304] = { description: 'Not modified: your copy is current.', headers: refer('X-Request-Id', 'ETag') };
  for (const [status, codes] of byStatus(failuresOf(endpoint))) answers[status] = problemAnswer(codes);
  return answers as ZodOpenApiResponsesObject;
}

/** Whether a GET is answered in JSON with an ETag that the next request can send in If-None-Match. */
export function isRevalidated({ method, responses, cacheControl }: Endpoint): boolean {
  const usual = responses[successStatus({ responses })];
  const isJson = usual instanceof z.ZodType || usual?.contentType === 'application/json';
  return method === 'GET' && isJson && !responses[304] && !cacheControl?.includes('no-store');
}

/** The headers that follow from what an answer is: a page, a resource with a revision, a part of a file. */
function impliedHeaders({ method, cacheControl, forward }: Endpoint, status: string, { contentType, schema }: ResponseSpec) {
  const isStream = contentType === 'text/event-stream';
  const isRead = method === 'GET' && ['200', '206', '304'].includes(status);
  const hasTag =
    (isRead && (contentType ?? status === '304')) || (schema && hasRevision(schema)) || (forward?.etagOf && status.startsWith('2'));
  return refer(
    ...(hasTag && !isStream && !cacheControl?.includes('no-store') ? (['ETag'] as const) : []),
    ...(status === '206' ? (['Content-Range'] as const) : []),
    ...(method === 'GET' && schema instanceof z.ZodObject && 'nextCursor' in schema.shape ? (['Link'] as const) : []),
  );
}

function answerOf(endpoint: Endpoint, status: string, response: z.ZodType | ResponseSpec): ZodOpenApiResponseObject {
  const { cost, method } = endpoint;
  const spec: ResponseSpec =
    response instanceof z.ZodType
      ? { description: textOf(endpoint, response), contentType: 'application/json', schema: response }
      : response;
  const located = endpoint.locate && status === '201' ? { Location: 'Where it can be read.' } : {};
  const own = Object.entries({ ...located, ...spec.headers }).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  const content = contentOf(spec);
  return {
    description: spec.description,
    headers: {
      ...refer('X-Request-Id', ...(cost === 0 ? [] : (['RateLimit', 'RateLimit-Policy'] as const))),
      ...(method === 'POST' ? refer('Idempotency-Replayed') : {}),
      ...impliedHeaders(endpoint, status, spec),
      ...Object.fromEntries(own),
    },
    ...(content ? { content } : {}),
  };
}

/** Of an answer that is told by its schema alone. */
function textOf({ method, summary }: Endpoint, schema: z.ZodType): string {
  if (method === 'GET') return `${summary}.`;
  if (method === 'PATCH' || method === 'PUT') return 'As it is after the change.';
  return z.globalRegistry.get(schema)?.description ?? 'What came of it.';
}

function contentOf({ contentType, alsoAs, schema, example }: ResponseSpec): Record<string, ZodOpenApiMediaTypeObject> | undefined {
  if (!contentType) return undefined;
  const main = { schema: schema ?? unknownOf(contentType), ...(example === undefined ? {} : { example }) };
  return { [contentType]: main, ...Object.fromEntries((alsoAs ?? []).map((other) => [other, { schema: { type: 'string' as const } }])) };
}

/** Schema of a response derived from its content type. */
function unknownOf(contentType: string) {
  if (contentType === 'application/json') return { type: 'object' as const };
  return { type: 'string' as const, ...(contentType.startsWith('text/') ? {} : { format: 'binary' }) };
}

/** In the order of their codes, so that answers with the same codes are the same answer. */
const byStatus = (codes: readonly FailureCode[]) => Map.groupBy([...codes].sort(), (code) => String(failures[code].status));

function problemAnswer(codes: readonly FailureCode[]): ZodOpenApiResponseObject {
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
  return {
    description: codes.map((code) => `\`${code}\`: ${failures[code].title}.`).join(' '),
    headers: refer(
      'X-Request-Id',
      ...(codes.some((code) => [429, 503].includes(failures[code].status) || code === 'idempotency-in-flight')
        ? (['Retry-After'] as const)
        : []),
      ...(codes.includes('range-not-satisfiable') ? (['Content-Range'] as const) : []),
    ),
    content: { 'application/problem+json': { schema: problem, examples } },
  };
}

/** One example per code, referenced by all responses that can contain it. */
export const problemExamples = Object.fromEntries(
  Object.entries(failures).map(([code, { status, title }]) => [code, { summary: title, value: exampleProblem(code, status, title) }]),
);

function exampleProblem(code: string, status: number, title: string) {
  const instance = '/requests/0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10';
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  return { type: `/problems/${code}`, status, title, detail: `${title}.`, instance, code, traceId };
}
