/** What a backup consists of. Written last: a backup without a complete manifest is none. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
const file = z.strictObject({ path: z.string().regex(/^[\w.-]+(\/[\w.-]+)*$/), sizeBytes: z.number().int().nonnegative(), sha256 });

export const tableBackup = z.strictObject({
  schema: identifier,
  table: identifier,
  columns: z.array(identifier).min(1),
  rows: z.number().int().nonnegative(),
  file,
});
export type TableBackup = z.output<typeof tableBackup>;

export const manifest = z.strictObject({
  format: z.literal(1),
  createdAt: z.iso.datetime(),
  version: z.string(),
  /** Migrations of the database, as `schema.Name`. */
  migrations: z.array(z.string()).min(1),
  /** In an order in which rows refer only to tables before their own. */
  tables: z.array(tableBackup),
  partitions: z.array(z.strictObject({ schema: identifier, parent: identifier, name: identifier, bound: z.string() })),
  sequences: z.array(z.strictObject({ schema: identifier, name: identifier, lastValue: z.string().regex(/^-?\d+$/) })),
  /** Lines `sha256 sizeBytes` of every file of the blob store that a row refers to. */
  blobs: z.strictObject({ file, count: z.number().int().nonnegative(), missing: z.number().int().nonnegative() }),
  /** The secret that the signing keys in the database are sealed with; null when it was not given. */
  key: file.nullable(),
});
export type Manifest = z.output<typeof manifest>;
export type BackupFile = z.output<typeof file>;

export const manifestName = 'manifest.json';

/** A backup that is refused, in a sentence. */
export class BackupFault extends Error {
  override readonly name = 'BackupFault';
}

/** @returns the folder of the newest complete backup below `folder`. @throws BackupFault without one */
export async function newestBackup(folder: string): Promise<string> {
  const all = join(folder, 'backups');
  const names = existsSync(all) ? (await readdir(all)).filter((name) => existsSync(join(all, name, manifestName))).toSorted() : [];
  const newest = names.at(-1);
  if (!newest) throw new BackupFault(`There is no complete backup in ${folder}: no folder below backups/ has a ${manifestName}.`);
  return join(all, newest);
}

/** @throws BackupFault when it is missing, unreadable or of another format */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, manifestName);
  try {
    return manifest.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new BackupFault(`${path} is no manifest of a backup: ${error instanceof Error ? error.message.slice(0, 200) : error}`);
  }
}

/** Compares every file with its size and hash. @throws BackupFault that names those that differ */
export async function checkFiles(folder: string, { tables, blobs, key }: Manifest): Promise<void> {
  const files = [...tables.map((table) => table.file), blobs.file, ...(key ? [key] : [])];
  const faults: string[] = [];
  for (const each of files) {
    const fault = await faultOf(folder, each);
    if (fault) faults.push(`${each.path} ${fault}`);
  }
  if (faults.length > 0) throw new BackupFault(`The backup is damaged: ${faults.slice(0, 10).join('; ')}. Nothing was changed.`);
}

async function faultOf(folder: string, { path, sizeBytes, sha256: expected }: BackupFile): Promise<string | undefined> {
  const found = await stat(join(folder, path)).catch(() => undefined);
  if (!found) return 'is missing';
  if (found.size !== sizeBytes) return `has ${found.size} bytes instead of ${sizeBytes}`;
  return (await sha256OfFile(join(folder, path))) === expected ? undefined : 'has another hash';
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
