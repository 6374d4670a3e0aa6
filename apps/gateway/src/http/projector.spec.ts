import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { projectorOf } from './projector.ts';

const part = z.object({ a: z.number(), b: z.string().optional() });
const whole = z.object({
  first: z.string(),
  part: part.nullable(),
  list: z.array(part),
  byName: z.record(z.string(), part),
  numbers: z.array(z.number()).optional(),
});
const project = projectorOf(whole)!;

describe('a projector', () => {
  it('puts the keys in the order of the schema, at every depth', () => {
    const shuffled = { byName: { x: { b: 'y', a: 1 } }, list: [{ b: 'y', a: 1 }], part: { b: 'y', a: 1 }, first: 'f' };
    expect(JSON.stringify(project(shuffled))).toBe(
      '{"first":"f","part":{"a":1,"b":"y"},"list":[{"a":1,"b":"y"}],"byName":{"x":{"a":1,"b":"y"}}}',
    );
  });

  it('leaves out what the schema does not name, and what is not there', () => {
    expect(project({ first: 'f', part: null, list: [], byName: {}, secret: 1 })).toEqual({ first: 'f', part: null, list: [], byName: {} });
  });

  it('passes on parts without keys as they are', () => {
    const numbers = [1, 2, 3];
    const projected = project({ numbers, first: 'f', part: null, list: [], byName: {} }) as { numbers: number[] };
    expect(projected.numbers).toBe(numbers);
    expect(projectorOf(z.array(z.number()))).toBeUndefined();
  });

  it('keeps unnamed fields where the schema lets them in, after the others', () => {
    expect(JSON.stringify(projectorOf(z.looseObject({ a: z.number() }))?.({ z: 1, a: 2 }))).toBe('{"a":2,"z":1}');
  });

  it('follows the option of a union that takes the value', () => {
    const either = projectorOf(
      z.union([z.object({ kind: z.literal('x'), n: z.number() }), z.object({ kind: z.literal('y'), m: z.number() })]),
    )!;
    expect(JSON.stringify(either({ m: 1, kind: 'y' }))).toBe('{"kind":"y","m":1}');
  });

  it('follows a schema that contains itself', () => {
    const tree = z.object({
      name: z.string(),
      get children() {
        return z.array(tree);
      },
    });
    expect(JSON.stringify(projectorOf(tree)?.({ children: [{ children: [], name: 'b' }], name: 'a' }))).toBe(
      '{"name":"a","children":[{"name":"b","children":[]}]}',
    );
  });
});
