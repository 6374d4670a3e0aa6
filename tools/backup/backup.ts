/** Makes a backup: one snapshot of the database, every file that its rows refer to, and the secret of the keys. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import pg from 'pg';
import { type BlobStore, openFsBlobStore } from '#storage';
import { inOrderOfReference, migrationsOf, nameOf, partitionsOf, quoted, schemasOf, sequencesOf, type Table, tablesOf } from './catalog.ts';
import { copyOut } from './copy-protocol.ts';
import { BackupFault, type BackupFile, type Manifest, manifest, manifestName } from './manifest.ts';

export interface BackupRequest {
  readonly databaseUrl: string;
  readonly blobs: BlobStore;
  /** Secret of the gateway, 32 bytes in base64; without it the signing keys of the backup cannot be used. */
  readonly keySecret?: string;
  readonly folder: string;
  readonly version: string;
  readonly now?: Date;
}

export interface BackupReport {
  readonly folder: string;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  /** Files that were not there from an earlier backup. */
  readonly newFiles: number;
  readonly newBytes: number;
  /** Hashes that rows refer to although the store has no such file. */
  readonly missing: readonly string[];
}

/** References of a backup that was interrupted are removed by the next one after this time. */
const staleHoldDays = 2;
const maxBlobBytes = Number.MAX_SAFE_INTEGER;

/** @throws BackupFault for an empty database; the error of the database or the file system. An interrupted backup leaves a folder `….partial` */
export async function makeBackup(request: BackupRequest): Promise<BackupReport> {
  const now = request.now ?? new Date();
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const [partial, folder] = [join(request.folder, 'backups', `${stamp}.partial`), join(request.folder, 'backups', stamp)];
  const holder = `backup.run:${stamp}`;
  await withClient(request.databaseUrl, async (holding) => {
    if ((await schemasOf(holding)).length === 0) throw new BackupFault('This database has no schema of the platform: nothing to back up.');
    await mkdir(partial, { recursive: true, mode: 0o700 });
    await hold(holding, holder);
  });
  try {
    const report = await withClient(request.databaseUrl, (client) => writeBackup(client, request, partial, now));
    await rename(partial, folder);
    return { ...report, folder };
  } finally {
    await withClient(request.databaseUrl, (client) => client.query('DELETE FROM blobs.reference WHERE holder = $1', [holder]));
  }
}

async function writeBackup(client: pg.Client, request: BackupRequest, folder: string, now: Date): Promise<Omit<BackupReport, 'folder'>> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const schemas = await schemasOf(client);
  const tables: Manifest['tables'][number][] = [];
  for (const table of inOrderOfReference(await tablesOf(client, schemas))) tables.push(await writeTable(client, table, folder));
  const rest = {
    migrations: await migrationsOf(client, schemas),
    partitions: await partitionsOf(client, schemas),
    sequences: await sequencesOf(client, schemas),
  };
  const copied = await copyBlobs(client, request.blobs, await openFsBlobStore(join(request.folder, 'blobs')));
  await client.query('COMMIT');
  const key = request.keySecret ? await writeText(folder, 'gateway.key', `${request.keySecret}\n`) : null;
  if (key) await chmod(join(folder, key.path), 0o600);
  const lines = copied.names.map(({ sha256, sizeBytes }) => `${sha256} ${sizeBytes}\n`).join('');
  const blobs = { file: await writeText(folder, 'blobs.txt', lines), count: copied.names.length, missing: copied.missing.length };
  const whole = manifest.parse({ format: 1, createdAt: now.toISOString(), version: request.version, ...rest, tables, blobs, key });
  await writeText(folder, manifestName, `${JSON.stringify(whole, null, 1)}\n`);
  const { newFiles, newBytes, missing } = copied;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return { tables: tables.length, rows, files: copied.names.length, newFiles, newBytes, missing };
}

/** Keeps the files of now from being swept while they are copied; those stored later are younger than the grace period. */
async function hold(client: pg.Client, holder: string): Promise<void> {
  await client.query(`DELETE FROM blobs.reference WHERE holder LIKE 'backup.run:%' AND held_at < now() - make_interval(days => $1)`, [
    staleHoldDays,
  ]);
  await client.query(
    `INSERT INTO blobs.reference (sha256, holder) SELECT DISTINCT sha256, $1 FROM blobs.reference WHERE holder NOT LIKE 'backup.run:%' ON CONFLICT DO NOTHING`,
    [holder],
  );
}

async function writeTable(client: pg.Client, table: Table, folder: string): Promise<Manifest['tables'][number]> {
  const { schema, columns } = table;
  const list = columns.map((column) => quoted(column)).join(', ');
  const from = quoted(schema, table.table);
  const condition = nameOf(table) === 'blobs.reference' ? ` WHERE holder NOT LIKE 'backup.run:%'` : '';
  const { bytes, rows } = copyOut(client, `(SELECT ${list} FROM ${from}${condition})`);
  const path = `${schema}.${table.table}.copy.zst`;
  const meter = new Meter();
  await pipeline(bytes, createZstdCompress(), meter, createWriteStream(join(folder, path), { mode: 0o600, flush: true }));
  return { schema, table: table.table, columns: [...columns], rows: await rows, file: { path, ...meter.result() } };
}

async function copyBlobs(client: pg.Client, from: BlobStore, to: BlobStore) {
  const { rows } = await client.query<{ sha256: string }>(
    `SELECT DISTINCT sha256 FROM blobs.reference WHERE holder NOT LIKE 'backup.run:%' ORDER BY 1`,
  );
  const names: { sha256: string; sizeBytes: number }[] = [];
  const missing: string[] = [];
  let [newFiles, newBytes] = [0, 0];
  for (const { sha256 } of rows) {
    const stat = await from.stat(sha256);
    const kept = await to.stat(sha256);
    if (!stat) missing.push(sha256);
    else if (kept?.sizeBytes !== stat.sizeBytes) {
      await copyBlob(sha256, from, to);
      newFiles++;
      newBytes += stat.sizeBytes;
    }
    if (stat) names.push({ sha256, sizeBytes: stat.sizeBytes });
  }
  return { names, missing, newFiles, newBytes };
}

/** @throws BackupFault when the bytes do not fit the name */
export async function copyBlob(sha256: string, from: BlobStore, to: BlobStore): Promise<void> {
  const { stream } = await from.openRead(sha256);
  const stored = await to.write(stream, { maxBytes: maxBlobBytes });
  if (stored.sha256 !== sha256) throw new BackupFault(`The file ${sha256} is damaged: its bytes have the hash ${stored.sha256}.`);
}

async function writeText(folder: string, path: string, text: string): Promise<BackupFile> {
  await rm(join(folder, path), { force: true });
  await writeFile(join(folder, path), text, { mode: 0o600, flush: true });
  return { path, sizeBytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
}

/** Passes bytes on, and knows their number and hash. */
class Meter extends Transform {
  readonly #hash = createHash('sha256');
  #sizeBytes = 0;
  override _transform(chunk: Buffer, _encoding: string, done: (error: null, chunk: Buffer) => void): void {
    this.#hash.update(chunk);
    this.#sizeBytes += chunk.length;
    done(null, chunk);
  }
  result(): { readonly sizeBytes: number; readonly sha256: string } {
    return { sizeBytes: this.#sizeBytes, sha256: this.#hash.digest('hex') };
  }
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'backup', connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // the running query fails with it
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
