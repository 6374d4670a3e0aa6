/** The only reader of environment variables: validates all of them and reports every error, without values. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly errors: readonly string[];
  constructor(errors: readonly string[]) {
    super(
      `The configuration has ${errors.length} error${errors.length === 1 ? '' : 's'}:\n${errors.map((error) => `  - ${error}`).join('\n')}`,
    );
    this.errors = errors;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the values of a configuration come from. */
export interface ConfigOrigin {
  /** Every variable that the schema knows. */
  readonly names: readonly string[];
  /** Those that the environment sets, as text. */
  readonly fromEnvironment: ReadonlyMap<string, string>;
  readonly shape: Readonly<Record<string, z.ZodType>>;
}
const origins = new WeakMap<object, ConfigOrigin>();

/** Undefined for an object that `readConfig` did not return. */
export const originOf = (config: object): ConfigOrigin | undefined => origins.get(config);

/**
 * Reads and validates the environment variables of `schema`.
 *
 * `NAME_FILE` is the path of a file with the value of NAME, for mounted secrets; an empty variable counts as absent.
 *
 * @throws ConfigError that lists each missing or invalid variable, without its value, which may be a secret
 */
export function readConfig<Schema extends z.ZodObject>(schema: Schema, environment: Environment = process.env): z.output<Schema> {
  const errors: string[] = [];
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = readOne(name, environment, errors);
    if (value !== undefined && value !== '') values[name] = value;
  }
  for (const [name, value] of Object.entries(values))
    if (isInvalidNumber(schema.shape[name], value)) errors.push(`${name}: must be a number in decimal digits`);
  const checked = schema.safeParse(values);
  if (!checked.success) {
    const known = new Set(errors.map((error) => error.split(':', 1)[0]));
    for (const issue of checked.error.issues.filter(({ path }) => !known.has(String(path[0]))))
      errors.push(`${issue.path.join('.') || 'configuration'}: ${describe(issue, values)}`);
  }
  if (errors.length > 0 || !checked.success) throw new ConfigError(errors);
  origins.set(checked.data, { names: Object.keys(schema.shape), fromEnvironment: new Map(Object.entries(values)), shape: schema.shape });
  return checked.data;
}

/** Marks a variable that operators may change while the service runs: its users read it from the configuration each time, or listen to changes. */
export const changeable = <Schema extends z.ZodType>(schema: Schema): Schema => schema.meta({ changeable: true });

/** Reads one variable as {@link readConfig} does. @returns its value, or what is wrong with it */
export function readVariable(schema: z.ZodType, text: string): { readonly value?: unknown; readonly fault?: string } {
  if (isInvalidNumber(schema, text)) return { fault: 'must be a number in decimal digits' };
  const read = schema.safeParse(text);
  return read.success ? { value: read.data } : { fault: read.error.issues[0]?.message ?? 'is not valid' };
}

/** Rejects number formats that JavaScript accepts but that are likely mistakes: `1e1`, `0x10`, ` 5 `. */
function isInvalidNumber(schema: z.core.$ZodType | undefined, value: string): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'default' || def.type === 'optional' || def.type === 'nullable') return isInvalidNumber(def.innerType, value);
  return def.type === 'number' && !/^-?\d{1,16}(\.\d{1,6})?$/.test(value);
}

function readOne(name: string, environment: Environment, errors: string[]): string | undefined {
  const path = environment[`${name}_FILE`];
  if (!path) return environment[name];
  if (environment[name]) {
    errors.push(`${name}: set both as a value and as ${name}_FILE; keep one`);
    return undefined;
  }
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    errors.push(`${name}: cannot read the file of ${name}_FILE (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
    return undefined;
  }
}

function describe(issue: z.core.$ZodIssue, values: Record<string, string>): string {
  const name = String(issue.path[0] ?? '');
  return issue.path.length === 0 || name in values ? issue.message : 'is missing';
}
