/** Every route of the document, with requests made from its schemas, against the running services: whatever comes, no fault of ours. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Api } from '../test-e2e/support/api.ts';
import { type House, openHouse } from '../test-e2e/support/house.ts';
import { clicks } from '../test-e2e/support/sounds.ts';
import { fromSchema, nasty, type Schema } from './from-schema.ts';

fc.configureGlobal({ seed: 7 }); // what one run finds, the next finds too

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required?: boolean; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

interface Sent {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** In the default run; `RAFAGA_FUZZ_REQUESTS` makes it more. */
const total = Number(process.env.RAFAGA_FUZZ_REQUESTS ?? 2_000);
const atOnce = 50;

let house: House;
let owner: Api;
let requests: fc.Arbitrary<Sent>;

beforeAll(async () => {
  house = await openHouse(['gateway', 'audio', 'health'], { HEALTH_GATHER_MS: '100' });
  owner = await Api.register(house.url);
  const track = await owner.analyse(clicks(120, 8));
  const document = (await owner.get('/openapi.json')).body;
  const find = (reference: string): Schema =>
    reference
      .slice(2)
      .split('/')
      .reduce((node, key) => node[key], document);
  // Streams of events do not end, and a password that the fuzz changed would lock it out.
  const left = new Set(['followJob', 'changePassword', 'endSessions', 'endSession']);
  const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const known = [track.id, track.jobId];
  requests = fc.oneof(
    ...operations.filter(({ operation }) => !left.has(operation.operationId)).map((each) => requestsTo(each, known, find)),
  );
}, 120_000);
afterAll(() => house?.close());

type Route = { readonly method: string; readonly path: string; readonly operation: Operation };

function requestsTo({ method, path, operation }: Route, known: readonly string[], find: (reference: string) => Schema): fc.Arbitrary<Sent> {
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
        .map(({ name, schema }) => [name, fc.oneof(fc.constantFrom(...known), fromSchema(schema, find), nasty)]),
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
        { weight: 1, arbitrary: nasty },
      )
    : nasty;

const said = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value ?? null)).toWellFormed();

function addressOf(path: string, ids: Record<string, unknown>, query: Record<string, unknown>): string {
  const where = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(said(ids[name])).slice(0, 400) || 'x');
  return `${where}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, said(value)]))}`;
}

function headersOf(made: Record<string, unknown>, type: string | undefined, signed: boolean): Record<string, string> {
  const plain = Object.entries(made).map(([name, value]) => [
    name,
    said(value)
      .replace(/[^\x20-\x7e]/g, '')
      .slice(0, 300),
  ]);
  return { ...Object.fromEntries(plain), ...(type ? { 'content-type': type } : {}), ...(signed ? {} : { authorization: 'Bearer x.y.z' }) };
}

/** Only what is missing because its service is not started here, or too much asked at once, may be answered with 503. */
const excusable = new Set([503, 507]);

describe('whatever the schemas allow, and a little of what they do not', () => {
  it(`is answered ${total} times without a fault of ours`, async () => {
    const seen = new Map<string, number>();
    const check = async (batch: readonly Sent[]) => {
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
          const fault = response.status >= 500 && !excusable.has(response.status);
          expect({ id, fault, text: fault ? text : '' }).toEqual({ id, fault: false, text: '' });
          if (response.status >= 400 && method !== 'HEAD')
            expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        }),
      );
    };
    const batch = fc.array(requests, { minLength: atOnce, maxLength: atOnce });
    await fc.assert(fc.asyncProperty(batch, check), { numRuns: Math.ceil(total / atOnce), endOnFailure: true });
    expect(seen.size).toBeGreaterThan(20);
    expect(Math.min(...seen.values())).toBeGreaterThan(total / 400);
    expect((await owner.get('/v1/me')).status).toBe(200);
  }, 300_000);
});
