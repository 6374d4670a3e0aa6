/** Every route of the API has the shape of all others, or is an exception with a reason. */
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { lintExceptions, lintRoutes } from './docs/lint-routes.ts';
import { type Endpoint, endpoint } from './http/endpoint.ts';
import { ifMatch } from './http/if-match.ts';
import { pageOf, presentResource } from './http/presenter.ts';
import { routes } from './routes.ts';

const thing = z.object({ id: z.string(), revision: z.number() });
const revised = presentResource({ id: 'LintedThing', of: thing, links: { self: '/v1/things/{id}' } }).schema;
const params = z.strictObject({ thingId: z.string() });
const common = { tag: 'Things', summary: 'A thing', auth: 'user', failures: [] } as const;
const one = { ...common, path: '/v1/things/:thingId', params } as const;
const made = (spec: object) => endpoint(spec as never) as unknown as Endpoint;

const getThing = made({ ...one, id: 'getThing', method: 'GET', responses: { 200: revised } });
const updateThing = made({ ...one, id: 'updateThing', method: 'PATCH', headers: ifMatch.required.headers, responses: { 200: revised } });
const deleteThing = made({
  ...one,
  id: 'deleteThing',
  method: 'DELETE',
  headers: ifMatch.optional.headers,
  responses: { 204: { description: 'x' } },
});
const listThings = made({
  ...common,
  id: 'listThings',
  method: 'GET',
  path: '/v1/things',
  query: z.strictObject({ cursor: z.string(), limit: z.string() }),
  responses: { 200: pageOf(revised) },
});
const createThing = made({
  ...common,
  id: 'createThing',
  method: 'POST',
  path: '/v1/things',
  locate: () => '/v1/things/1',
  responses: { 201: revised },
});
const good = [getThing, updateThing, deleteThing, listThings, createThing];
const without = (endpoint: Endpoint, name: keyof Endpoint) => {
  const { [name]: _, ...rest } = endpoint;
  return [...good.filter((other) => other !== endpoint), rest as Endpoint];
};

describe('lintRoutes', () => {
  it('finds nothing to say about the API', () => expect(lintRoutes(routes, lintExceptions)).toEqual([]));
  it('finds nothing to say about a resource that has everything', () => expect(lintRoutes(good)).toEqual([]));
  it.each([
    ['a list without pages', without(listThings, 'query'), 'listThings: a list takes `cursor` and `limit`'],
    ['an answer 201 without a place', without(createThing, 'locate'), 'createThing: an answer 201 has a `Location`'],
    ['a change without If-Match', without(updateThing, 'headers'), 'updateThing: a change takes `If-Match`'],
    ['a deletion without If-Match', without(deleteThing, 'headers'), 'deleteThing: the deletion of what can be changed takes `If-Match`'],
    [
      'an ETag without a revision',
      [made({ ...one, id: 'getThing', method: 'GET', responses: { 200: thing } }), updateThing],
      'getThing: the `ETag` of what can be changed has a revision',
    ],
    [
      'a place that nothing reads',
      [
        {
          ...without(createThing, 'locate').at(-1)!,
          forward: { startsJob: true },
          responses: { 201: { description: 'x', headers: { Location: 'x' } } },
        },
      ],
      'createThing: nothing reads /v1/things/{id}, which the `Location` of its 201 names',
    ],
  ])('finds %s', (_what, all, fault) => expect(lintRoutes(all as Endpoint[])).toEqual([fault]));
  it('lets an exception be, while it is needed', () => {
    expect(lintRoutes(without(listThings, 'query'), { listThings: 'is short' })).toEqual([]);
    expect(lintRoutes(good, { listThings: 'is short' })).toEqual(['listThings: an exception that is not needed']);
  });
});
