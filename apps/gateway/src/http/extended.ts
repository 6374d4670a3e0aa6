/**
 * Resources are what a service answered and something of ours beside it (links, mostly). The service's part was checked when it arrived; what
 * leaves needs only our part checked.
 */
import * as z from 'zod';
import { checkedBy } from '#platform';

interface Extension {
  readonly base: z.ZodObject;
  readonly own: z.ZodObject;
}

const extensions = new WeakMap<z.ZodType, Extension>();
const parts = new WeakMap<object, object>();

/** Remembers that `schema` is `base` with the fields of `own` beside it. @returns the schema */
export function extended<Schema extends z.ZodObject>(base: z.ZodObject, own: z.ZodRawShape, schema: Schema): Schema {
  extensions.set(schema, { base, own: z.object(own) });
  return schema;
}

/** A value of an {@link extended} schema. */
export function extend<Base extends object, Own extends object>(base: Base, own: Own): Base & Own {
  const whole = { ...base, ...own };
  parts.set(whole, base);
  return whole;
}

/** @returns the checked value; undefined when it has to be checked as a whole */
export function checkedAlready(schema: z.ZodType, value: object): unknown {
  if (checkedBy(value) === schema) return value;
  const extension = extensions.get(schema);
  const base = extension && parts.get(value);
  if (!base || checkedBy(base) !== extension.base) return undefined;
  const own = extension.own.safeParse(value);
  return own.success ? { ...base, ...own.data } : undefined;
}
