/** Where the data is: from the environment, as the services read it; else from the running `npm start`. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { platformConfig, readConfig } from '#platform';
import { type BlobStore, openBlobStore } from '#storage';
import { runningDatabase } from '../operator/main.ts';
import { dataFolder } from '../setup/paths.ts';

const schema = platformConfig
  .pick({ DATABASE_URL: true, BLOB_STORE_URL: true, AWS_ACCESS_KEY_ID: true, AWS_SECRET_ACCESS_KEY: true, AWS_SESSION_TOKEN: true })
  .extend({ GATEWAY_KEY_SECRET: z.string().optional(), GATEWAY_KEY_PATH: z.string().optional() });
export type BackupSettings = z.output<typeof schema>;

/** @throws ConfigError that lists what is missing */
export function readSettings(environment: NodeJS.ProcessEnv = process.env, folder = dataFolder): BackupSettings {
  const isGiven = ['DATABASE_URL', 'DATABASE_URL_FILE'].some((name) => environment[name]);
  const running = isGiven ? undefined : runningDatabase(join(folder, 'run.json'));
  const local = { BLOB_STORE_URL: `file://${join(folder, 'blobs')}`, GATEWAY_KEY_PATH: join(folder, 'identity.key') };
  return readConfig(schema, running ? { ...local, ...environment, DATABASE_URL: running } : environment);
}

export function openBlobs(settings: BackupSettings): Promise<BlobStore> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = settings;
  const credentials = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : undefined;
  return openBlobStore(settings.BLOB_STORE_URL, { credentials });
}

/** Undefined where the secret is kept elsewhere. */
export async function keySecretOf({ GATEWAY_KEY_SECRET, GATEWAY_KEY_PATH }: BackupSettings): Promise<string | undefined> {
  if (GATEWAY_KEY_SECRET) return GATEWAY_KEY_SECRET;
  return GATEWAY_KEY_PATH && existsSync(GATEWAY_KEY_PATH) ? (await readFile(GATEWAY_KEY_PATH, 'utf8')).trim() : undefined;
}

export const versionOf = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
