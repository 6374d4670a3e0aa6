/** `npm run backup -- --to DIR` and `npm run restore -- --from DIR`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../setup/paths.ts';
import { makeBackup } from './backup.ts';
import { BackupFault } from './manifest.ts';
import { ServiceMigrations } from './migrate-services.ts';
import { checkBackup, restoreBackup } from './restore.ts';
import { keySecretOf, openBlobs, readSettings, versionOf } from './settings.ts';

const usage = `Usage:
  npm run backup -- --to DIR               one more backup in DIR; files that are there already are not copied again
  npm run restore -- --from DIR            restores the newest backup of DIR into an empty database; --force drops what is there
  npm run restore -- --from DIR --check    only checks it, every file by its hash

DATABASE_URL, BLOB_STORE_URL and GATEWAY_KEY_SECRET or GATEWAY_KEY_PATH say where the data is; without them a running npm start is used.
`;

/** @returns what was done, in a few lines */
export async function main([command, ...words]: readonly string[]): Promise<string> {
  const options = {
    to: { type: 'string' },
    from: { type: 'string' },
    force: { type: 'boolean' },
    check: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ args: [...words], options, strict: true });
  if (values.help) return usage;
  if (command === 'backup' && values.to) return backup(resolve(values.to));
  if (command === 'restore' && values.from)
    return values.check ? check(resolve(values.from)) : restore(resolve(values.from), values.force ?? false);
  throw new TypeError(`Which folder?\n${usage}`);
}

async function backup(folder: string): Promise<string> {
  const settings = readSettings();
  const keySecret = await keySecretOf(settings);
  const report = await makeBackup({
    databaseUrl: settings.DATABASE_URL,
    blobs: await openBlobs(settings),
    folder,
    version: versionOf(root),
    ...(keySecret ? { keySecret } : {}),
  });
  const lines = [
    `${report.folder}: ${report.rows} rows of ${report.tables} tables; ${report.files} files, ${report.newFiles} of them new (${report.newBytes} bytes).`,
    ...(keySecret ? [] : ['The secret of the gateway is not in it: set GATEWAY_KEY_SECRET or GATEWAY_KEY_PATH, or keep it elsewhere.']),
    ...(report.missing.length > 0
      ? [`${report.missing.length} files that rows refer to are missing in the store, the first is ${report.missing[0]}.`]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

async function check(folder: string): Promise<string> {
  const { createdAt, tables, blobs } = await checkBackup(folder);
  return `The backup of ${createdAt} is complete: ${tables.length} tables and ${blobs.count} files have the hashes of its manifest.\n`;
}

async function restore(folder: string, force: boolean): Promise<string> {
  const settings = readSettings();
  const { DATABASE_URL: databaseUrl, GATEWAY_KEY_PATH: keyPath } = settings;
  const migrations = new ServiceMigrations(databaseUrl);
  const report = await restoreBackup({
    databaseUrl,
    blobs: await openBlobs(settings),
    folder,
    force,
    knownMigrations: () => migrations.known(),
    migrate: (steps) => migrations.make(steps),
    ...(keyPath ? { keyPath } : {}),
  });
  return `Restored the backup of ${report.createdAt}: ${report.rows} rows of ${report.tables} tables, ${report.files} files. Secret of the gateway: ${report.key}.\n`;
}

if (import.meta.main) {
  try {
    process.stdout.write(await main(process.argv.slice(2)));
  } catch (error) {
    const isExpected = error instanceof BackupFault || error instanceof TypeError || (error as Error).name === 'ConfigError';
    process.stderr.write(`${isExpected ? (error as Error).message : `Failed: ${(error as Error).stack}`}\n`);
    process.exitCode = error instanceof TypeError ? 2 : 1;
  }
}
