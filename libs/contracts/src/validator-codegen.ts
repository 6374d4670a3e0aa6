/**
 * Writes, for a schema, the body of a function that compiles a schema for `isValidUnchanged`. Only our own schemas are written here, never anything
 * that arrived from elsewhere; names and texts of schemas go in as JSON literals, all else by its place in `constants`.
 */
import * as z from 'zod';

type Schema = z.core.$ZodType;
type Known = z.core.$ZodTypes;

export interface ValidatorSource {
  /** Takes `constants`, returns `(value) => boolean`. */
  readonly source: string;
  readonly constants: readonly unknown[];
}

export function validatorSource(schema: Schema): ValidatorSource {
  const writer = new ValidatorWriter();
  const test = writer.functionOf(schema);
  return { source: `'use strict';\n${writer.functions.join('\n')}\nreturn ${test};`, constants: writer.constants };
}

const primitives: Readonly<Record<string, (value: string) => string>> = {
  string: (value) => `typeof ${value} === 'string'`,
  number: (value) => `Number.isFinite(${value})`,
  boolean: (value) => `typeof ${value} === 'boolean'`,
  null: (value) => `${value} === null`,
  any: (value) => `${value} !== undefined`,
  unknown: (value) => `${value} !== undefined`,
};

/** Zod does nothing but try the pattern for these; others look further. */
const patternOnly: ReadonlySet<unknown> = new Set(['uuid', 'datetime', 'regex']);

class ValidatorWriter {
  readonly functions: string[] = [];
  readonly constants: unknown[] = [];
  readonly #names = new Map<Schema, string>();

  /** The name of the function that tests a schema; one that contains itself calls itself. */
  functionOf(schema: Schema): string {
    const known = this.#names.get(schema);
    if (known) return known;
    const name = `test${this.#names.size}`;
    this.#names.set(schema, name);
    this.functions.push(`function ${name}(value) {${this.#bodyOf(schema as Known)}}`);
    return name;
  }

  #bodyOf(schema: Known): string {
    const { def } = schema._zod;
    if (def.type === 'object') return this.#objectBody(schema, def);
    if (def.type === 'array') return this.#arrayBody(schema, def);
    if (def.type === 'record') return this.#recordBody(schema, def);
    return `return ${this.#expression(schema, 'value')};`;
  }

  /** An expression that is true where the schema certainly takes what `value` names. */
  #expression(schema: Schema, value: string): string {
    const { def } = (schema as Known)._zod;
    switch (def.type) {
      case 'object':
      case 'array':
      case 'record':
        return `${this.functionOf(schema)}(${value})`;
      case 'nullable':
        return this.#checked(schema, `(${value} === null || ${this.#expression(def.innerType, value)})`, value);
      case 'optional':
      case 'default':
        // What is not there is seen to by its object.
        return this.#checked(schema, this.#expression(def.innerType, value), value);
      case 'enum':
      case 'literal':
        return this.#checked(schema, this.#oneOf(schema._zod.values as ReadonlySet<unknown>, value), value);
      case 'union':
        return this.#checked(schema, this.#union(def, value), value);
      default:
        return this.#primitive(schema, value);
    }
  }

  #primitive(schema: Schema, value: string): string {
    const { def } = schema._zod;
    const shape = 'coerce' in def && def.coerce ? undefined : primitives[def.type];
    return shape ? this.#checked(schema, shape(value), value) : `${this.#constant(unchanged(schema))}(${value})`;
  }

  #oneOf(values: ReadonlySet<unknown>, value: string): string {
    const all = [...values];
    if (all.every((each) => typeof each === 'string') && all.length <= 8)
      return `(${all.map((each) => `${value} === ${JSON.stringify(each)}`).join(' || ')})`;
    return `(${value} !== undefined && ${this.#constant(values)}.has(${value}))`;
  }

  /** Zod takes the first option that accepts; a later one counts only where no earlier one could have taken the value and changed it. */
  #union(def: z.core.$ZodUnionDef, value: string): string {
    const options = 'discriminator' in def || def.options.every(keepsValues) ? def.options : def.options.slice(0, 1);
    return `(${options.map((option) => this.#expression(option, value)).join(' || ')})`;
  }

  /** Every field fits, and there are no others: zod would drop or refuse them. */
  #objectBody(schema: Schema, { shape, catchall }: z.core.$ZodObjectDef): string {
    if (catchall && catchall._zod.def.type !== 'never') return 'return false;';
    const lines = Object.entries(shape).map(([key, field]) => {
      const absent = mayLack(field) ? 'if (field !== undefined) ' : '';
      return `field = value[${JSON.stringify(key)}]; ${absent}{ if (!(${this.#expression(field, 'field')})) return false; present++; }`;
    });
    return [
      "if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;",
      'let field, present = 0;',
      ...lines,
      'for (const _ in value) present--;',
      `return ${this.#checked(schema, 'present === 0', 'value')};`,
    ].join('\n');
  }

  #arrayBody(schema: Schema, { element }: z.core.$ZodArrayDef): string {
    return [
      `if (!(${this.#checked(schema, 'Array.isArray(value)', 'value')})) return false;`,
      `for (let at = 0; at < value.length; at++) { const item = value[at]; if (!(${this.#expression(element, 'item')})) return false; }`,
      'return true;',
    ].join('\n');
  }

  #recordBody(schema: Schema, { keyType, valueType }: z.core.$ZodRecordDef): string {
    if (keyType._zod.def.type !== 'string') return 'return false;';
    return [
      "if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;",
      'for (const key in value) {',
      `  if (key === '__proto__' || !(${this.#expression(keyType, 'key')})) return false;`,
      `  const item = value[key]; if (!(${this.#expression(valueType, 'item')})) return false;`,
      '}',
      `return ${this.#checked(schema, 'true', 'value')};`,
    ].join('\n');
  }

  /** The shape, then zod's own checks: lengths, bounds, patterns, refinements. */
  #checked(schema: Schema, shape: string, value: string): string {
    const { traits, def } = schema._zod;
    const own = traits.has('$ZodCheck') ? [schema as unknown as z.core.$ZodCheck] : [];
    return [shape, ...[...own, ...(def.checks ?? [])].map((check) => this.#check(check as z.core.$ZodChecks, value))].join(' && ');
  }

  #check(check: z.core.$ZodChecks, value: string): string {
    return this.#plainCheck(check, value) ?? `${this.#constant(asZodDoes(check))}(${value})`;
  }

  /** Those that a comparison decides; it may be stricter than zod, which counts characters as people do. */
  #plainCheck({ _zod: { def } }: z.core.$ZodChecks, value: string): string | undefined {
    if (def.check === 'max_length') return `${value}.length <= ${def.maximum}`;
    if (def.check === 'min_length' && def.minimum <= 1) return `${value}.length >= ${def.minimum}`;
    if (def.check === 'greater_than' && typeof def.value === 'number') return `${value} ${def.inclusive ? '>=' : '>'} ${def.value}`;
    if (def.check === 'less_than' && typeof def.value === 'number') return `${value} ${def.inclusive ? '<=' : '<'} ${def.value}`;
    if (def.check === 'number_format' && def.format === 'safeint') return `Number.isSafeInteger(${value})`;
    if (def.check !== 'string_format' || !patternOnly.has(def.format) || !def.pattern || /[gy]/.test(def.pattern.flags)) return undefined;
    return `${this.#constant(def.pattern)}.test(${value})`;
  }

  #constant(value: unknown): string {
    return `constants[${this.constants.push(value) - 1}]`;
  }
}

/** Only what is plainly optional; what has a default gets a value from zod. */
const mayLack = (schema: Schema): boolean => {
  const { def, traits } = (schema as Known)._zod;
  return def.type === 'optional' && !traits.has('$ZodExactOptional') && def.innerType._zod.optin !== 'defaulted';
};

const keepsValues = (schema: Schema): boolean => {
  const { def } = schema._zod;
  return ['string', 'number', 'boolean', 'null', 'enum', 'literal'].includes(def.type) && !def.checks?.length && !('coerce' in def);
};

/** For what has no parts: objects come back from zod as new ones. */
const unchanged = (schema: Schema) => (value: unknown) => {
  const parsed = z.safeParse(schema, value);
  return parsed.success && Object.is(parsed.data, value);
};

const asZodDoes = (check: z.core.$ZodCheck) => {
  const run = check._zod.check as (payload: z.core.ParsePayload) => unknown;
  return (value: unknown) => {
    const payload: z.core.ParsePayload = { value, issues: [] };
    return run(payload) === undefined && payload.issues.length === 0 && Object.is(payload.value, value);
  };
};
