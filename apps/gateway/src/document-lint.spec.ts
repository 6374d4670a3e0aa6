import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { ownerEvents } from '#contracts';
import { lintDocument } from './docs/lint-document.ts';
import { openApiDocument } from './docs/openapi.ts';
import type { Node } from './docs/share-components.ts';
import { type Endpoint, endpoint } from './http/endpoint.ts';
import { routes } from './routes.ts';

const told = z.string().meta({ description: 'Its colour.', examples: ['red'] });
const good = {
  id: 'getThing',
  method: 'GET',
  path: '/v1/things/:colour',
  tag: 'Tracks',
  summary: 'A thing',
  auth: 'user',
  params: z.strictObject({ colour: told }),
  responses: { 200: z.object({ colour: told }) },
  failures: [],
} as const;
const twin = z.object({ colour: told.default('red') }).meta({ id: 'Twin', description: 'Two forms.' });
/** Faults of the document of one endpoint; those of the webhooks, which every document has, are none. */
const faultsOf = (change: object) =>
  lintDocument(openApiDocument([endpoint({ ...good, ...change } as never) as unknown as Endpoint], undefined));

describe('lintDocument', () => {
  it('finds nothing to say about the API', () => expect(lintDocument(openApiDocument(routes, undefined))).toEqual([]));
  it('finds nothing to say about a route that tells everything', () => expect(faultsOf({})).toEqual([]));
  it.each([
    ['an operationId without a noun', { id: 'get' }, 'get: an operationId'],
    ['an operationId without a declared verb', { id: 'thingGet' }, 'thingGet: an operationId'],
    ['a tag that is not declared', { tag: 'Things' }, 'getThing: tag Things is not declared'],
    [
      'a parameter without a description',
      { query: z.strictObject({ zest: z.string().max(9).default('x') }) },
      'query zest: no description',
    ],
    [
      'a parameter without an example',
      { query: z.strictObject({ zest: z.string().max(9).meta({ description: 'Zest.' }) }) },
      'query zest: no example',
    ],
    ['a property without a description', { responses: { 200: z.object({ zest: z.literal(1) }) } }, 'getThing.zest: no description'],
    [
      'a property without an example, at any depth',
      { responses: { 200: z.object({ kind: z.literal('x'), items: z.array(z.object({ zest: z.string().meta({ description: 'Z' }) })) }) } },
      'getThing.items.zest: no example',
    ],
    [
      'an example that does not fit',
      { responses: { 200: z.object({ colour: z.enum(['red', 'blue']).meta({ description: 'C', examples: ['green'] as never }) }) } },
      'the example at /colour',
    ],
    [
      'a schema that has two names',
      { method: 'PUT', body: z.strictObject({ twin }), responses: { 200: twin } },
      'TwinOutput: requests and answers share',
    ],
    [
      'JSON without a schema',
      { responses: { 200: { description: 'Something.', contentType: 'application/json' } } },
      'getThing 200: no schema',
    ],
  ])('finds %s', (_, change, fault) => expect(faultsOf(change)).toEqual(expect.arrayContaining([expect.stringContaining(fault)])));
  it('finds a route that asks who is calling without saying how it refuses', () => {
    // biome-ignore lint/suspicious/noExplicitAny: the document is changed at an arbitrary depth
    const document = structuredClone(openApiDocument([endpoint(good) as unknown as Endpoint], undefined)) as any;
    delete document.paths['/v1/things/{colour}'].get.responses['403'];
    expect(lintDocument(document)).toEqual(['getThing: no answer 403']);
  });
});

describe('webhooks of the document', () => {
  it('are every event that the contracts declare, and the test', () => {
    expect(Object.keys(openApiDocument([], undefined).webhooks ?? {})).toEqual([...ownerEvents, 'webhook.test']);
  });
});

it('no answer of the API has a closed enumeration', () => {
  const { paths, components } = openApiDocument(routes, undefined) as unknown as {
    paths: Record<string, Record<string, Node>>;
    components: { schemas: Record<string, Node> };
  };
  const closed = Object.values(paths).flatMap((methods) =>
    Object.values(methods).filter(({ responses }) => JSON.stringify(responses).includes('"enum":')),
  );
  expect(closed.map(({ operationId }) => operationId)).toEqual([]);
  expect(components.schemas.TrackResource).not.toHaveProperty('properties.state.enum');
});
