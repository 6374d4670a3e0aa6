/** Every list of the API has one shape: `{ items, nextCursor }`. */
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { type Endpoint, responseSchema } from './http/endpoint.ts';
import { routes } from './routes.ts';

/** A list of resources: what has an `id`. Parts of one resource (the keys of a key set, the beats of an analysis) are no list. */
const isListOfResources = (schema: unknown) =>
  schema instanceof z.ZodArray && schema.element instanceof z.ZodObject && 'id' in schema.element.shape;

function isList(schema: z.ZodType | undefined): boolean {
  if (schema instanceof z.ZodArray) return true;
  return schema instanceof z.ZodObject && ('items' in schema.shape || Object.values(schema.shape).some(isListOfResources));
}

const hasShape = (schema: z.ZodType | undefined) =>
  schema instanceof z.ZodObject && shapes.has(Object.keys(schema.shape).join()) && schema.shape.items instanceof z.ZodArray;
/** A search at providers also tells how each of them has answered, an order what it is worth. */
const shapes = new Set(['items,nextCursor', 'items,nextCursor,providers', 'items,nextCursor,presentCost,suggestedCost']);

const lists = (endpoints: readonly Endpoint[]) =>
  endpoints.filter((endpoint) => endpoint.method === 'GET').filter((endpoint) => isList(responseSchema(endpoint, 200)));
const faults = (endpoints: readonly Endpoint[]) =>
  lists(endpoints)
    .filter((endpoint) => !hasShape(responseSchema(endpoint, 200)))
    .map(({ id }) => id);

describe('every list of the API', () => {
  it('is found', () => expect(lists(routes).length).toBeGreaterThanOrEqual(9));
  it('is answered as { items, nextCursor }', () => expect(faults(routes)).toEqual([]));
  it('goes on with the query parameter cursor, where it is longer than a page', () => {
    expect(routes.filter(({ query }) => query && ('after' in query.shape || 'offset' in query.shape || 'page' in query.shape))).toEqual([]);
  });

  const item = z.object({ id: z.uuid() });
  it.each([
    ['a bare list', z.array(item)],
    ['items alone', z.object({ items: z.array(item) })],
    ['another name', z.object({ things: z.array(item), nextCursor: z.string().nullable() })],
  ])('would be found wanting as %s', (_what, schema) => {
    expect(faults([{ id: 'listThings', method: 'GET', responses: { 200: schema } } as unknown as Endpoint])).toEqual(['listThings']);
  });
});
