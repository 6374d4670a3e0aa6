/** Turns the text of a path or a query into the types that a schema asks for, before the schema checks it. */
import * as z from 'zod';
import { parseDecimal } from '#contracts';

/** Digits with a fraction; integers are read by {@link parseDecimal}. No exponent, no sign `+`, no leading zeros. */
const fraction = /^-?(?:0|[1-9]\d{0,15})\.\d{1,15}$/;

type Convert = (value: unknown) => unknown;

const toNumber: Convert = (value) =>
  typeof value === 'string' ? (parseDecimal(value) ?? (fraction.test(value) ? Number(value) : value)) : value;
const toBoolean: Convert = (value) => (value === 'true' ? true : value === 'false' ? false : value);

const wrappers = [z.ZodOptional, z.ZodDefault, z.ZodPrefault, z.ZodNullable, z.ZodReadonly, z.ZodNonOptional];

/** What stands inside of `optional()`, `default()` and the like. */
function bare(schema: z.ZodType): z.ZodType {
  const wrapper = wrappers.find((kind) => schema instanceof kind);
  return wrapper ? bare((schema as z.ZodOptional<z.ZodType>).unwrap()) : schema;
}

function converterOf(schema: z.ZodType): Convert | undefined {
  const inner = bare(schema);
  if (inner instanceof z.ZodNumber && !inner.def.coerce) return toNumber;
  if (inner instanceof z.ZodBoolean && !inner.def.coerce) return toBoolean;
  if (!(inner instanceof z.ZodArray)) return undefined;
  const convert = converterOf(inner.element as z.ZodType) ?? ((value) => value);
  const split = bare(inner.element as z.ZodType) instanceof z.ZodEnum ? splitAtCommas : (value: unknown) => [value].flat();
  return (value) => (value === undefined ? value : split(value).map(convert));
}

/** Names of a closed set hold no comma, so that a list of them may be written as one value. */
const splitAtCommas = (value: unknown): unknown[] =>
  [value].flat().flatMap((part) => (typeof part === 'string' ? part.split(',') : [part]));

/** Keys that reach into an object's prototype have no honest use in a request. */
export const poisonous: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** `name[key]=value`, once for each key, becomes `name: { key: value }`. What names no key or a poisonous one stays, and is refused by its name. */
function gather(names: ReadonlySet<string>, raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  const records: Record<string, Record<string, unknown>> = {};
  for (const [whole, value] of Object.entries(raw)) {
    const [, name = '', key = ''] = /^(\w+)\[([^[\]]+)\]$/.exec(whole) ?? [];
    if (!names.has(name) || poisonous.has(key)) flat[whole] = value;
    else records[name] = Object.assign(records[name] ?? {}, { [key]: value });
  }
  return { ...records, ...flat };
}

/**
 * Derives how the fields of `schema` are sent as text: decimal digits for numbers, `true` or `false` for booleans, a name given once or repeatedly
 * for lists (of names from a closed set also separated by commas), `name[key]=value` for records. What is not written in that way is left as it is, so that the schema refuses it with the name of the field.
 */
export function fromText(schema: z.ZodObject): (raw: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> {
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
  const records = new Set(fields.filter(([, field]) => bare(field) instanceof z.ZodRecord).map(([name]) => name));
  const converters = fields.flatMap(([name, field]) => {
    const convert = converterOf(field);
    return convert ? [[name, convert] as const] : [];
  });
  if (converters.length === 0 && records.size === 0) return (raw) => raw;
  return (raw) => {
    const gathered = records.size === 0 ? raw : gather(records, raw);
    return {
      ...gathered,
      ...Object.fromEntries(converters.flatMap(([name, convert]) => (name in raw ? [[name, convert(raw[name])]] : []))),
    };
  };
}
