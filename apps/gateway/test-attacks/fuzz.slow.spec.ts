/** Fuzz test of every documented route, with requests generated from the schemas: no request may cause a server error. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withoutReferences } from '../src/docs/share-components.ts';
import { Api } from '../test-e2e/support/api.ts';
import { clicks } from '../test-e2e/support/audio-files.ts';
import { openTestStack, type TestStack } from '../test-e2e/support/test-stack.ts';
import { fromSchema, hostileText, type Schema } from './from-schema.ts';

fc.configureGlobal({ seed: 7, includeErrorInReport: true }); // reproducible runs

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required?: boolean; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

interface GeneratedRequest {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Number of requests; `RAFAGA_FUZZ_REQUESTS` raises it. */
const total = Number(process.env.RAFAGA_FUZZ_REQUESTS ?? 4_000);
const concurrency = 50;

let stack: TestStack;
let owner: Api;
let requests: fc.Arbitrary<GeneratedRequest>;

beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio', 'health'], { HEALTH_GATHER_MS: '1100' });
  owner = await Api.register(stack.url);
  const track = await owner.analyse(clicks(120, 8));
  const document = withoutReferences((await owner.get('/openapi.json')).body, ['parameters']);
  const find = (reference: string): Schema =>
    reference
      .slice(2)
      .split('/')
      .reduce((node, key) => node[key], document);
  // Event streams do not end, and a changed password or ended session would lock the test out.
  const excluded = new Set([
    'followJob',
    'followEvents',
    'streamSystemMetrics',
    'changePassword',
    'deleteSessions',
    'deleteSession',
    'deleteMe',
  ]);
  const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const known = [track.id, track.job.id];
  requests = fc.oneof(
    ...operations.filter(({ operation }) => !excluded.has(operation.operationId)).map((each) => requestsTo(each, known, find)),
  );
}, 120_000);
afterAll(() => stack?.close());

type Route = { readonly method: string; readonly path: string; readonly operation: Operation };

function requestsTo(
  { method, path, operation }: Route,
  known: readonly string[],
  find: (reference: string) => Schema,
): fc.Arbitrary<GeneratedRequest> {
  const parameters = operation.parameters ?? [];
  const part = (place: string) =>
    fc.record(
      Object.fromEntries(parameters.filter((each) => each.in === place).map(({ name, schema }) => [name, fromSchema(schema, find)])),
      { requiredKeys: place === 'path' ? undefined : [] } as never,
    );
  const ids = fc.record(
    Object.fromEntries(
      parameters
        .filter((each) => each.in === 'path')
        .map(({ name, schema }) => [name, fc.oneof(fc.constantFrom(...known), fromSchema(schema, find), hostileText)]),
    ),
  );
  const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const body = type ? bodyOf(type, media?.schema, find) : fc.constant(undefined);
  return fc.record({ ids, query: part('query'), header: part('header'), body, signed: fc.integer({ min: 0, max: 9 }) }).map((made) => ({
    id: operation.operationId,
    method,
    path: addressOf(path, made.ids as Record<string, unknown>, made.query as Record<string, unknown>),
    headers: headersOf(made.header as Record<string, unknown>, type, made.signed > 0),
    body: made.body as string | undefined,
  }));
}

const bodyOf = (type: string, schema: Schema | undefined, find: (reference: string) => Schema): fc.Arbitrary<string> =>
  type === 'application/json' && schema
    ? fc.oneof(
        { weight: 9, arbitrary: fromSchema(schema, find).map((value) => JSON.stringify(value) ?? 'null') },
        { weight: 1, arbitrary: hostileText },
      )
    : hostileText;

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value ?? null)).toWellFormed();

function addressOf(path: string, ids: Record<string, unknown>, query: Record<string, unknown>): string {
  const where = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(textOf(ids[name])).slice(0, 400) || 'x');
  return `${where}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, textOf(value)]))}`;
}

function headersOf(made: Record<string, unknown>, type: string | undefined, signed: boolean): Record<string, string> {
  const plain = Object.entries(made).map(([name, value]) => [
    name,
    textOf(value)
      .replace(/[^\x20-\x7e]/g, '')
      .slice(0, 300),
  ]);
  return { ...Object.fromEntries(plain), ...(type ? { 'content-type': type } : {}), ...(signed ? {} : { authorization: 'Bearer x.y.z' }) };
}

/** Responses of services that this test does not start, and of overload. */
const allowedErrors = new Set([503, 507]);

describe('requests generated from the schemas', () => {
  it(`cause no server error in ${total} requests`, async () => {
    const seen = new Map<string, number>();
    const check = async (batch: readonly GeneratedRequest[]) => {
      await Promise.all(
        batch.map(async ({ id, method, path, headers, body }) => {
          const response = await owner.raw(path, {
            method,
            headers,
            ...(body === undefined ? {} : { body }),
            signal: AbortSignal.timeout(30_000),
          });
          const text = await response.text();
          seen.set(id, (seen.get(id) ?? 0) + 1);
          const isServerError = response.status >= 500 && !allowedErrors.has(response.status);
          expect({ id, isServerError, text: isServerError ? text : '' }).toEqual({ id, isServerError: false, text: '' });
          if (response.status >= 400 && method !== 'HEAD')
            expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        }),
      );
    };
    const batch = fc.array(requests, { minLength: concurrency, maxLength: concurrency });
    await fc.assert(fc.asyncProperty(batch, check), { numRuns: Math.ceil(total / concurrency), endOnFailure: true });
    expect(seen.size).toBeGreaterThan(20);
    expect(Math.min(...seen.values())).toBeGreaterThan(total / seen.size / 4); // about evenly
    expect((await owner.get('/v1/me')).status).toBe(200);
  }, 300_000);
});
