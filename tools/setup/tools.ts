import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { findTool, lastLines } from '#testing/servers';
import { print, step } from '../bootstrap/console.mjs';
import { lock } from '../bootstrap/lock.mjs';
import { dataFolder, logFolder } from './paths.ts';
import { aptScript, type Program, type ProgramName, programs, waysToInstall } from './programs.ts';

/**
 * Checks the required system programs, and installs missing ones if permitted.
 *
 * @throws Error with the installation commands if not permitted
 */
export async function ensureTools(names: readonly ProgramName[], environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  if (missing(names, environment).length === 0) return;
  const release = await lock(join(dataFolder, 'tools.lock'), (pid) => print(`tools     waiting for process ${pid}, which is installing …`));
  try {
    const lacking = missing(names, environment);
    if (lacking.length > 0) await install(lacking);
  } finally {
    release();
  }
}

/** The programs that are neither installed nor replaced by an environment variable. */
export function missing(
  names: readonly ProgramName[],
  environment: NodeJS.ProcessEnv,
  find: (name: string) => string | undefined = findTool,
): Program[] {
  return names.map((name) => programs[name]).filter(({ name, replacedBy }) => !environment[replacedBy] && !find(name));
}

async function install(lacking: readonly Program[]): Promise<void> {
  const prefix = asRoot();
  const names = lacking.map(({ name }) => name).join(', ');
  if (!findTool('apt-get') || !prefix)
    throw new Error(`${names}: not installed, and this user has no permission to install it.\n${waysToInstall(lacking)}`);
  const packages = [...new Set(lacking.map((program) => program.debian))];
  await step('tools', `${names} not found: installing the system packages ${packages.join(', ')} with apt-get …`, () =>
    runApt(prefix, packages),
  );
  const still = lacking.filter(({ name }) => !findTool(name));
  if (still.length > 0)
    throw new Error(`apt-get ran, but ${still.map(({ name }) => name).join(', ')} is still missing.\n${waysToInstall(still)}`);
}

/** @returns the command prefix for root privileges; undefined when they need a password */
function asRoot(): readonly string[] | undefined {
  if (process.getuid?.() === 0) return [];
  const sudo = findTool('sudo');
  return sudo && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? [sudo, '-n'] : undefined;
}

async function runApt(prefix: readonly string[], packages: readonly string[]): Promise<string> {
  mkdirSync(logFolder, { recursive: true });
  const logFile = join(logFolder, 'apt.log');
  const log = openSync(logFile, 'w');
  const [command = 'sh', ...args] = [...prefix, 'sh', '-c', aptScript(packages)];
  // In its own session: Ctrl-C would leave packages half configured.
  const child = spawn(command, args, { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const code = await new Promise((done) => child.once('error', done).once('exit', done));
  if (code === 0) return `installed ${packages.join(', ')}`;
  throw new Error(`apt-get could not install ${packages.join(', ')}. The end of ${logFile}:\n${lastLines(logFile, 12)}`);
}
