/** Generates values for a JSON schema: mostly valid ones, some invalid ones. */
import fc from 'fast-check';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
}

export const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '../../etc/passwd',
    '\u0000',
    '__proto__',
    "' OR 1=1 --",
    '-1',
    '1e400',
    'NaN',
    '[object Object]',
    '%00',
    '\ud800',
    '9'.repeat(400),
  ),
);

const byFormat: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  uuid: fc.uuid(),
  email: fc.oneof(fc.emailAddress(), fc.constantFrom('fuzz@example.org')),
  'date-time': fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  uri: fc.webUrl(),
};

function text({ format, minLength = 0, maxLength = 60, examples }: Schema): fc.Arbitrary<unknown> {
  const known = format ? byFormat[format] : undefined;
  if (known) return known;
  const plain = fc.string({ minLength: Math.min(minLength, 200), maxLength: Math.max(minLength, Math.min(maxLength, 200)) });
  return examples?.length ? fc.oneof(plain, fc.constantFrom(...examples)) : plain;
}

function validValue(schema: Schema, find: (reference: string) => Schema): fc.Arbitrary<unknown> {
  if (schema.$ref) return validValue(find(schema.$ref), find);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => fromSchema(choice, find)));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'string') return text(schema);
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer' || type === 'number') {
    const [min, max] = [Math.max(schema.minimum ?? -1_000, -1e9), Math.min(schema.maximum ?? 1_000, 1e9)];
    return fc.oneof(fc.integer({ min: Math.ceil(min), max: Math.floor(max) }), fc.constantFrom(min, max, min - 1, max + 1));
  }
  if (type === 'array') return fc.array(schema.items ? fromSchema(schema.items, find) : fc.jsonValue(), { maxLength: 5 });
  if (type === 'null') return fc.constant(null);
  return object(schema, find);
}

function object({ properties = {}, required = [] }: Schema, find: (reference: string) => Schema): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, fromSchema(schema, find)]));
  const whole = fc.record(fields, { requiredKeys: [...required] });
  const more = fc
    .record({ whole, name: hostileText, value: fc.jsonValue() })
    .map(({ whole: fit, name, value }) => ({ ...fit, [name]: value }));
  return fc.oneof(
    { weight: 8, arbitrary: whole },
    { weight: 1, arbitrary: more },
    { weight: 1, arbitrary: fc.record(fields, { requiredKeys: [] }) },
  );
}

/** @param find resolves a `$ref` */
export function fromSchema(schema: Schema, find: (reference: string) => Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: validValue(schema, find) }, { weight: 1, arbitrary: fc.oneof(hostileText, fc.jsonValue()) });
}
