/** Puts a backup back: checks it whole, makes the schemas of its version, loads the rows, copies the files, and compares the counts. */
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createZstdDecompress } from 'node:zlib';
import type pg from 'pg';
import { serviceNames } from '#contracts';
import { type BlobStore, openFsBlobStore } from '#storage';
import { copyBlob, withClient } from './backup.ts';
import { quoted, schemasOf } from './catalog.ts';
import { copyIn } from './copy-protocol.ts';
import { BackupFault, checkFiles, type Manifest, newestBackup, readManifest, sha256OfFile, type TableBackup } from './manifest.ts';

export interface RestoreRequest {
  readonly databaseUrl: string;
  readonly blobs: BlobStore;
  /** Folder of backups, or of one backup. */
  readonly folder: string;
  /** Where the secret of the gateway is written; not written when absent. */
  readonly keyPath?: string;
  /** Drops what is in the database. */
  readonly force: boolean;
  /** Every migration that this version knows, as `schema.Name`. */
  readonly knownMigrations: () => Promise<ReadonlySet<string>>;
  /** Makes the schemas with these migrations and no others. */
  readonly migrate: (steps: readonly string[]) => Promise<void>;
}

export interface RestoreReport {
  readonly createdAt: string;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  readonly key: 'written' | 'there already' | 'not in the backup' | 'not asked for';
}

/** @throws BackupFault before anything is changed: for a damaged backup, a target that is not empty, services that run */
export async function restoreBackup(request: RestoreRequest): Promise<RestoreReport> {
  const { folder, manifest, kept } = await openBackup(request.folder);
  await refuseOtherKey(request, folder, manifest);
  refuseNewer(await request.knownMigrations(), manifest);
  await withClient(request.databaseUrl, (client) => clearTarget(client, request.force));
  await request.migrate(manifest.migrations);
  await withClient(request.databaseUrl, (client) => loadDatabase(client, folder, manifest));
  const files = await restoreBlobs(await blobNames(folder, manifest), kept, request.blobs);
  const key = await writeKey(request, folder, manifest);
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  return { createdAt: manifest.createdAt, tables: manifest.tables.length, rows, files, key };
}

/** Checks a backup without restoring it: every table file, and every stored file by its hash. @throws BackupFault */
export async function checkBackup(at: string): Promise<Manifest> {
  const { folder, manifest, kept } = await openBackup(at);
  for (const { sha256 } of await blobNames(folder, manifest)) {
    const isIntact = await kept.withLocalFile(sha256, sha256OfFile).then(
      (found) => found === sha256,
      () => false,
    );
    if (!isIntact) throw new BackupFault(`The backup is damaged: the stored file ${sha256} is missing or has other bytes.`);
  }
  return manifest;
}

async function openBackup(at: string) {
  const folder = existsSync(join(at, 'manifest.json')) ? at : await newestBackup(at);
  const manifest = await readManifest(folder);
  await checkFiles(folder, manifest);
  const kept = await openFsBlobStore(join(folder, '../../blobs'));
  const lacking: string[] = [];
  for (const { sha256, sizeBytes } of await blobNames(folder, manifest))
    if ((await kept.stat(sha256))?.sizeBytes !== sizeBytes) lacking.push(sha256);
  if (lacking.length > 0)
    throw new BackupFault(`The backup lacks ${lacking.length} stored files, the first is ${lacking[0]}. Nothing was changed.`);
  return { folder, manifest, kept };
}

async function blobNames(folder: string, { blobs }: Manifest): Promise<{ readonly sha256: string; readonly sizeBytes: number }[]> {
  const lines = (await readFile(join(folder, blobs.file.path), 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => ({ sha256: line.slice(0, 64), sizeBytes: Number(line.slice(65)) }));
}

async function clearTarget(client: pg.Client, force: boolean): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE datname = current_database() AND application_name = ANY($1)',
    [serviceNames],
  );
  if (rows.length > 0) throw new BackupFault(`Stop the services first: ${rows.map(({ name }) => name).join(', ')} use this database.`);
  const schemas = await schemasOf(client);
  if (schemas.length === 0) return;
  if (!force) throw new BackupFault(`The database is not empty (${schemas.join(', ')}): --force drops these schemas first.`);
  await client.query(`DROP SCHEMA ${schemas.map((schema) => quoted(schema)).join(', ')} CASCADE`);
}

/** One transaction: all rows are there afterwards, or none. */
async function loadDatabase(client: pg.Client, folder: string, manifest: Manifest): Promise<void> {
  await client.query('BEGIN');
  await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const { schema, parent, name, bound } of manifest.partitions)
    await client.query(`CREATE TABLE IF NOT EXISTS ${quoted(schema, name)} PARTITION OF ${quoted(schema, parent)} ${bound}`);
  const names = manifest.tables.map(({ schema, table }) => quoted(schema, table));
  if (names.length > 0) await client.query(`TRUNCATE ${names.join(', ')}`); // migrations write some rows
  for (const table of manifest.tables) await loadTable(client, folder, table);
  for (const { schema, name, lastValue } of manifest.sequences)
    await client.query('SELECT setval($1::regclass, $2)', [quoted(schema, name), lastValue]);
  await client.query('COMMIT');
}

/** Triggers announce changes, and these are none. */
async function loadTable(client: pg.Client, folder: string, { schema, table, columns, rows, file }: TableBackup): Promise<void> {
  const target = quoted(schema, table);
  await client.query(`ALTER TABLE ${target} DISABLE TRIGGER USER`);
  const bytes = createReadStream(join(folder, file.path)).pipe(createZstdDecompress());
  const loaded = await copyIn(client, `${target} (${columns.map((column) => quoted(column)).join(', ')})`, bytes);
  if (loaded !== rows) throw new BackupFault(`${schema}.${table}: ${loaded} rows were loaded instead of ${rows}.`);
  await client.query(`ALTER TABLE ${target} ENABLE TRIGGER USER`);
}

async function restoreBlobs(names: readonly { readonly sha256: string }[], from: BlobStore, to: BlobStore): Promise<number> {
  for (const { sha256 } of names) if (!(await to.stat(sha256))) await copyBlob(sha256, from, to);
  return names.length;
}

function refuseNewer(known: ReadonlySet<string>, { migrations, version }: Manifest): void {
  const unknown = migrations.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new BackupFault(
      `The backup is of version ${version}, which has migrations that this one does not know: ${unknown.slice(0, 5).join(', ')}. Nothing was changed.`,
    );
}

/** Another secret in its place could not open the restored keys. */
async function refuseOtherKey({ keyPath, force }: RestoreRequest, folder: string, { key }: Manifest): Promise<void> {
  if (!key || !keyPath || force || !existsSync(keyPath)) return;
  const [present, own] = await Promise.all([readFile(keyPath, 'utf8'), readFile(join(folder, key.path), 'utf8')]);
  if (present.trim() !== own.trim()) throw new BackupFault(`${keyPath} holds another secret: --force replaces it.`);
}

async function writeKey({ keyPath }: RestoreRequest, folder: string, { key }: Manifest): Promise<RestoreReport['key']> {
  if (!key) return 'not in the backup';
  if (!keyPath) return 'not asked for';
  const secret = await readFile(join(folder, key.path), 'utf8');
  if (existsSync(keyPath) && (await readFile(keyPath, 'utf8')).trim() === secret.trim()) return 'there already';
  await mkdir(dirname(keyPath), { recursive: true, mode: 0o700 });
  await writeFile(keyPath, secret, { mode: 0o600, flush: true });
  return 'written';
}
