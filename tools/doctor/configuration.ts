/** The configuration of each service in an environment, and the files that it names. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { type Finding, fault, ok, warning } from './finding.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
/** Reads the configuration of a service. @throws ConfigError that lists each fault */
export type ReadConfig = (environment: Environment) => unknown;

/** @param readers by service */
export function checkConfigurations(readers: Readonly<Record<string, ReadConfig>>, environment: Environment): Finding[] {
  const faults = new Map<string, string[]>();
  for (const [service, read] of Object.entries(readers)) {
    for (const each of faultsOf(read, environment)) faults.set(each, [...(faults.get(each) ?? []), service]);
  }
  if (faults.size === 0) return [ok('configuration', `Every service accepts it: ${Object.keys(readers).join(', ')}.`)];
  return [...faults].map(([sentence, services]) => {
    const name = sentence.split(':', 1)[0]!;
    const mend = /^[A-Z_]+$/.test(name)
      ? `export ${name}=…   (docs/operations.md, "Configuration")`
      : 'docs/operations.md, "Configuration"';
    return fault('configuration', `${sentence} (${services.join(', ')}).`, mend);
  });
}

function faultsOf(read: ReadConfig, environment: Environment): readonly string[] {
  try {
    read(environment);
    return [];
  } catch (error) {
    return (error as { errors?: readonly string[] }).errors ?? [String((error as Error).message)];
  }
}

/** Whoever reads the secret of the gateway can sign tokens. */
export function checkSecretFiles({ GATEWAY_KEY_PATH: path }: Environment): Finding[] {
  const mode = path ? statSync(path, { throwIfNoEntry: false })?.mode : undefined; // the first start makes it
  if (mode === undefined) return [];
  if ((mode & 0o077) === 0) return [ok('secrets', `${path} can be read by its owner only.`)];
  return [warning('secrets', `${path} can be read by others: whoever reads it can sign tokens.`, `chmod 600 ${path}`)];
}

/** The value of a variable, or of the file that `NAME_FILE` names; the readers of configurations report a file that cannot be read. */
export function readVariable(environment: Environment, name: string): string | undefined {
  const file = environment[`${name}_FILE`];
  if (!file) return environment[name] || undefined;
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
