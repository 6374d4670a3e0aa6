/** Examples of JSON schemas, put together from the examples of their parts. Pure. */

export interface Schema {
  readonly [key: string]: unknown;
  readonly $ref?: string;
  readonly type?: unknown;
  readonly format?: unknown;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}
export type Find = (reference: string) => Schema;

/** A schema may contain itself. */
const maxDepth = 20;

/** The first example counts, also where it is null: it says that the field is usually empty. */
const ownExample = (schema: Schema): unknown =>
  schema.examples?.length ? schema.examples[0] : (schema.example ?? schema.const ?? schema.enum?.[0] ?? (schema.default as unknown));

const byFormat: Readonly<Record<string, unknown>> = {
  uuid: '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10',
  'date-time': '2026-01-31T12:00:00.000Z',
};

const isNull = ({ type }: Schema) => type === 'null';
const typesOf = ({ type }: Schema): unknown[] => (Array.isArray(type) ? type : [type]).filter((each) => each !== 'null');

export const isObject = (schema: Schema): boolean => typesOf(schema).includes('object');

const typeOfValue = (value: unknown) => (Array.isArray(value) ? 'array' : typeof value);
const jsonTypes: Readonly<Record<string, readonly unknown[]>> = { number: ['number', 'integer'] };

/** Whether a value is of the type that a schema asks for. */
export function fits(value: unknown, schema: Schema, find: Find): boolean {
  if (schema.$ref) return fits(value, find(schema.$ref), find);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return options.some((option) => fits(value, option, find));
  const wanted = typesOf(schema);
  if (wanted.every((each) => each === undefined)) return true;
  const type = typeOfValue(value);
  return (jsonTypes[type] ?? [type]).some((each) => wanted.includes(each));
}

/** @returns undefined where neither the schema nor its parts say what a value looks like */
export function exampleOf(schema: Schema, find: Find, depth = 0): unknown {
  const own = ownExample(schema);
  if (own !== undefined || depth > maxDepth) return own;
  const at = (part: Schema) => exampleOf(part, find, depth + 1);
  if (schema.$ref) return at(find(schema.$ref));
  if (isNull(schema)) return null;
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return options.filter((option) => !isNull(option)).map(at)[0];
  const [type] = typesOf(schema);
  if (type === 'array') return schema.items && at(schema.items) !== undefined ? [at(schema.items)] : undefined;
  if (type === 'object') return ofProperties(schema, at);
  if (type === 'boolean') return true;
  return byFormat[String(schema.format)];
}

function ofProperties({ properties, additionalProperties }: Schema, at: (part: Schema) => unknown): unknown {
  if (!properties) {
    const value = typeof additionalProperties === 'object' ? at(additionalProperties as Schema) : undefined;
    return value === undefined ? undefined : { example: value };
  }
  const values = Object.entries(properties).map(([name, part]) => [name, at(part)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** Whether every value inside has an example; the boolean, the empty and what is listed need none. */
export function hasExample(schema: Schema, find: Find): boolean {
  if (isNull(schema)) return true;
  return exampleOf(schema, find) !== undefined;
}
