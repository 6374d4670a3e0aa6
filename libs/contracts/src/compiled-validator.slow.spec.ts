import { execFile } from 'node:child_process';
import { isDeepStrictEqual, promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { isValidUnchanged, parseWith } from './compiled-validator.ts';
import * as contracts from './index.ts';

const odd = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    NaN,
    Infinity,
    -0,
    '',
    ' a ',
    '__proto__',
    [],
    {},
    [[]],
    JSON.parse('{"__proto__":{"a":1}}'),
    '2026-02-30T00:00:00Z',
  ),
  fc.jsonValue({ maxDepth: 1 }),
);

/** Values that a schema mostly accepts; what it knows no recipe for it makes odd. */
function valuesOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def, values, pattern } = (schema as z.core.$ZodTypes)._zod;
  if (values) return fc.constantFrom(...values);
  switch (def.type) {
    case 'string':
      return pattern ? fc.stringMatching(pattern) : fc.string({ maxLength: 12 });
    case 'number':
      return fc.oneof(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }));
    case 'boolean':
      return fc.boolean();
    case 'nullable':
      return fc.oneof(fc.constant(null), valuesOf(def.innerType));
    case 'optional':
    case 'default':
      return valuesOf(def.innerType);
    case 'array':
      return fc.array(valuesOf(def.element), { maxLength: 3 });
    case 'record':
      return fc.dictionary(fc.string({ maxLength: 4 }), valuesOf(def.valueType), { maxKeys: 3, noNullPrototype: true });
    case 'object':
      return objectsOf(def.shape);
    case 'union':
      return fc.oneof(...def.options.map(valuesOf));
    default:
      return odd;
  }
}

function objectsOf(shape: z.core.$ZodShape): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(shape).map(([key, field]) => [key, valuesOf(field)]));
  const requiredKeys = Object.keys(shape).filter((key) => shape[key]?._zod.optin === undefined);
  return fc.record(fields, { requiredKeys, noNullPrototype: true });
}

/** The value with one thing in it changed, somewhere. */
function damaged(value: unknown, path: readonly number[], replacement: unknown): unknown {
  if (typeof value !== 'object' || value === null || path.length === 0) return replacement;
  const [step = 0, ...rest] = path;
  const keys = Object.keys(value);
  const key = keys[step % (keys.length + 1)];
  if (Array.isArray(value))
    return key === undefined ? [...value, replacement] : value.with(Number(key), damaged(value[Number(key)], rest, replacement));
  const copy: Record<string, unknown> = { ...value };
  if (key === undefined) copy[`more${step}`] = replacement;
  else if (step % 7 === 0) delete copy[key];
  else copy[key] = damaged(copy[key], rest, replacement);
  return copy;
}

const schemas: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  Object.entries(contracts).flatMap(([name, value]) => {
    if (value instanceof z.ZodType) return [[name, value]];
    if (typeof value !== 'object' || value === null || !('kind' in value)) return [];
    return Object.entries(value).flatMap(([part, schema]) => (schema instanceof z.ZodType ? [[`${name}, ${part}`, schema]] : []));
  }),
);

/** Shapes that no contract has yet, chosen to tempt a hasty yes. */
const tempting: Readonly<Record<string, z.ZodType>> = {
  'a union whose first option drops a key': z.union([z.object({ a: z.string() }), z.object({ a: z.string(), b: z.string() })]),
  'a discriminated union': z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('one'), a: z.number() }),
    z.object({ kind: z.literal('two'), a: z.string().trim() }),
  ]),
  'a union of a coerced number and a string': z.union([z.coerce.number(), z.string()]),
  'trimmed text': z.string().trim(),
  'text in code points': z.string().min(2).max(3),
  'a refined object': z.object({ a: z.number(), b: z.number() }).refine(({ a, b }) => a < b),
  'a default': z.object({ a: z.number().default(3), b: z.string().optional().default('x') }),
  'a transform': z.object({ a: z.string().transform(Number) }),
  'a pipe': z.object({ a: z.string().pipe(z.coerce.number()) }),
  'a caught fault': z.object({ a: z.number().catch(0) }),
  'a closed object': z.strictObject({ a: z.number(), b: z.string().exactOptional() }),
  'an open object': z.looseObject({ a: z.number() }),
  'a record with keys from a list': z.record(z.enum(['a', 'b']), z.number()),
  'a record with shaped keys': z.record(z.string().regex(/^[a-z]+$/), z.number()),
  'a tuple': z.tuple([z.number(), z.string()]),
  'a global pattern': z.object({ a: z.string().regex(/a/g), b: z.string().regex(/a/g) }),
  'a link': z.object({ a: z.url({ normalize: true }) }),
  'something that contains itself': z.object({
    get below() {
      return z.array(z.object({ name: z.string() })).optional();
    },
    a: z.number(),
  }),
};

const cases = Object.entries({ ...schemas, ...tempting });

describe('isValidUnchanged', () => {
  it.each(cases)('says yes only where zod accepts and changes nothing: %s', (_name, schema) => {
    const values = fc.oneof(
      valuesOf(schema),
      fc.tuple(valuesOf(schema), fc.array(fc.nat(30), { maxLength: 4 }), odd).map((parts) => damaged(...parts)),
      odd,
    );
    fc.assert(
      fc.property(values, (value) => {
        if (!isValidUnchanged(schema, value)) return;
        const parsed = schema.safeParse(value);
        expect(parsed.success && isDeepStrictEqual(parsed.data, value)).toBe(true);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it.each(Object.entries(schemas).filter(([name]) => name.endsWith('reply')))('knows what usually travels: %s', (_name, schema) => {
    const accepted = fc.sample(valuesOf(schema), { numRuns: 100, seed: 7 }).filter((value) => {
      const parsed = schema.safeParse(value);
      return parsed.success && isDeepStrictEqual(parsed.data, value);
    });
    const known = accepted.filter((value) => isValidUnchanged(schema, value));
    expect(known.length).toBeGreaterThanOrEqual(0.9 * accepted.length);
  });

  it('asks zod about the rest', () => {
    const schema = z.object({ a: z.number().default(3) });
    expect(parseWith(schema, { a: 1, b: 2 })).toEqual({ success: true, data: { a: 1 } });
    expect(parseWith(schema, {})).toEqual({ success: true, data: { a: 3 } });
    expect(parseWith(schema, { a: 'x' }).error?.issues[0]?.path).toEqual(['a']);
  });

  it('gives back the very value that fits', () => {
    const value = { a: 1 };
    expect(parseWith(z.object({ a: z.number() }), value).data).toBe(value);
  });

  it('leaves everything to zod in a process that runs no code made of text', async () => {
    const script = `
      import { isValidUnchanged, getTrack, parseWith } from '#contracts';
      const request = { trackId: '3d384b3a-7bba-43a3-85f9-b6fba66429c4' };
      console.log(isValidUnchanged(getTrack.request, request), parseWith(getTrack.request, request).success);`;
    const flags = ['--conditions=source', '--disallow-code-generation-from-strings', '--input-type=module', '--eval', script];
    expect((await promisify(execFile)(process.execPath, flags)).stdout).toBe('false true\n');
  });
});
