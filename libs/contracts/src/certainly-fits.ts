/**
 * A quick yes for values that fit their schema as they are, which is nearly all that travels between our services. Whatever it does not
 * say yes to goes through zod, which knows what is wrong, fills in defaults and drops what it was not told of. So it may be as ignorant as
 * it likes, but never say yes where zod would refuse a value or change it.
 *
 * A schema becomes one JavaScript function the first time it is used, as in zod itself; where a process forbids that, everything goes through zod.
 */
import type * as z from 'zod';
import { sourceOfTest } from './fit-source.ts';

/** Whether zod would surely accept this value and give an equal one back. */
type Test = (value: unknown) => boolean;

const tests = new WeakMap<z.ZodType, Test>();

/**
 * @param schema synchronous, as all of our contracts are
 * @returns true: `schema.parse(value)` would succeed and give an equal value; false: ask zod
 */
export function certainlyFits(schema: z.ZodType, value: unknown): boolean {
  return (tests.get(schema) ?? compile(schema))(value);
}

/** The value as its schema has it, by the quick way where that is certain. */
export function parseWith<T extends z.ZodType>(schema: T, value: unknown): z.ZodSafeParseResult<z.output<T>> {
  return certainlyFits(schema, value) ? { success: true, data: value as z.output<T> } : schema.safeParse(value);
}

function compile(schema: z.ZodType): Test {
  const test = build(schema);
  tests.set(schema, test);
  return test;
}

function build(schema: z.ZodType): Test {
  const { source, constants } = sourceOfTest(schema);
  try {
    return new Function('constants', source)(constants) as Test;
  } catch (error) {
    if (error instanceof EvalError) return () => false; // this process runs no code made of text
    throw error;
  }
}
