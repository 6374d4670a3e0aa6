/** The only reader of the environment: checks everything at once and stops the start with a list of faults, never a value. */
import { readFileSync } from 'node:fs';
import type * as z from 'zod';

export class ConfigFault extends Error {
  override readonly name = 'ConfigFault';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
    this.faults = faults;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks the environment variables that `schema` names.
 *
 * `NAME_FILE` gives the path of a file that holds NAME's value, for secrets that are mounted rather than exported; an empty variable counts as absent.
 *
 * @throws ConfigFault naming each variable that is missing or wrong; values are never repeated, they may be secrets
 */
export function readConfig<Schema extends z.ZodObject>(schema: Schema, environment: Environment = process.env): z.output<Schema> {
  const faults: string[] = [];
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = readOne(name, environment, faults);
    if (value !== undefined && value !== '') values[name] = value;
  }
  for (const [name, value] of Object.entries(values))
    if (isMisspelledNumber(schema.shape[name], value)) faults.push(`${name}: must be a number in decimal digits`);
  const checked = schema.safeParse(values);
  if (!checked.success) {
    const known = new Set(faults.map((fault) => fault.split(':', 1)[0]));
    for (const issue of checked.error.issues.filter(({ path }) => !known.has(String(path[0]))))
      faults.push(`${issue.path.join('.') || 'configuration'}: ${describe(issue, values)}`);
  }
  if (faults.length > 0 || !checked.success) throw new ConfigFault(faults);
  return checked.data;
}

/** JavaScript reads `1e1`, `0x10` and ` 5 ` as numbers too; whoever wrote that meant something else. */
function isMisspelledNumber(schema: z.core.$ZodType | undefined, value: string): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'default' || def.type === 'optional' || def.type === 'nullable') return isMisspelledNumber(def.innerType, value);
  return def.type === 'number' && !/^-?\d{1,16}(\.\d{1,6})?$/.test(value);
}

function readOne(name: string, environment: Environment, faults: string[]): string | undefined {
  const path = environment[`${name}_FILE`];
  if (!path) return environment[name];
  if (environment[name]) {
    faults.push(`${name}: given both as a value and as ${name}_FILE; keep one`);
    return undefined;
  }
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    faults.push(`${name}: the file that ${name}_FILE names cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
    return undefined;
  }
}

function describe(issue: z.core.$ZodIssue, values: Record<string, string>): string {
  const name = String(issue.path[0] ?? '');
  return issue.path.length === 0 || name in values ? issue.message : 'is missing';
}
