/**
 * Fast path of validation: a function compiled from a schema accepts values that zod would accept and return unchanged. Every other value
 * goes through zod, which reports errors, fills in defaults and drops unknown keys. The compiled function may reject valid values, but must
 * never accept one that zod would refuse or change.
 *
 * A schema is compiled at its first use; where the process forbids generated code, everything goes through zod.
 */
import type * as z from 'zod';
import { issueText } from './issue-text.ts';
import { validatorSource } from './validator-codegen.ts';

/** True: zod accepts this value and returns an equal one. False: unknown. */
type Test = (value: unknown) => boolean;

const tests = new WeakMap<z.ZodType, Test>();

/**
 * @param schema synchronous, as all of our contracts are
 * @returns true: `schema.parse(value)` would succeed and give an equal value; false: ask zod
 */
export function isValidUnchanged(schema: z.ZodType, value: unknown): boolean {
  return (tests.get(schema) ?? compile(schema))(value);
}

/** Like `schema.safeParse`, by the compiled validator where it accepts; issues have our texts. */
export function parseWith<T extends z.ZodType>(schema: T, value: unknown): z.ZodSafeParseResult<z.output<T>> {
  return isValidUnchanged(schema, value) ? { success: true, data: value as z.output<T> } : schema.safeParse(value, { error: issueText });
}

function compile(schema: z.ZodType): Test {
  const test = build(schema);
  tests.set(schema, test);
  return test;
}

function build(schema: z.ZodType): Test {
  const { source, constants } = validatorSource(schema);
  try {
    return new Function('constants', source)(constants) as Test;
  } catch (error) {
    if (error instanceof EvalError) return () => false; // generated code is forbidden in this process
    throw error;
  }
}
