/** `npm run enable -- …`: models of vectors on the command line. Needs the database and the blob store only. */
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError, Database, erasureMigrations, jobsMigrations, Log, platformConfig, readConfig, usageMigrations } from '#platform';
import { print, runProgram } from '#program';
import { blobsMigrations, openBlobStore } from '#storage';
import { documentsConfig } from '../documents.config.ts';
import { documentsMigrations } from '../documents.migrations.ts';
import { ModelFault } from '../models/model-fault.ts';
import { type ModelCommand, perform, readCommand, usage } from './model-commands.ts';

const connectMs = 5_000;
const config = platformConfig
  .pick({ DATABASE_URL: true, BLOB_STORE_URL: true, AWS_ACCESS_KEY_ID: true, AWS_SECRET_ACCESS_KEY: true, AWS_SESSION_TOKEN: true })
  .extend({ POSTS_ONNX_FOLDER: documentsConfig.shape.POSTS_ONNX_FOLDER });

await runProgram({ usage, readArguments: readCommand, run });

async function run(command: ModelCommand): Promise<number> {
  try {
    await print(await withDatabase((database, settings) => performOn(command, database, settings)));
    return 0;
  } catch (error) {
    if (error instanceof ConfigError)
      return refuse('DATABASE_URL or BLOB_STORE_URL is missing or not valid: set them, or start the platform with npm start.');
    return refuse(
      error instanceof ModelFault || (error instanceof Error && error.name === 'Failure') ? error.message : `Failed: ${String(error)}`,
    );
  }
}

type Settings = ReturnType<typeof readConfig<typeof config>>;

async function performOn(command: ModelCommand, database: Database, settings: Settings): Promise<string> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = settings;
  const credentials = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : undefined;
  const blobs = await openBlobStore(settings.BLOB_STORE_URL, { credentials });
  return perform(command, { database, blobs, runtimeFolder: settings.POSTS_ONNX_FOLDER });
}

/** Migrates the tables if needed. @throws Failure service-unavailable; whatever `work` throws */
async function withDatabase<T>(work: (database: Database, settings: Settings) => Promise<T>): Promise<T> {
  const settings = readConfig(config);
  const log = Log.open({ service: 'models', instance: String(process.pid), level: 'silent' });
  const migrations = [blobsMigrations, usageMigrations, erasureMigrations, jobsMigrations, documentsMigrations];
  const options = { url: settings.DATABASE_URL, schema: 'documents', applicationName: 'models', poolSize: 2, entities: [], migrations };
  const database = new Database(() => options, log);
  const timer = new AbortController();
  try {
    database.onModuleInit();
    const late = delay(connectMs, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([database.whenOpen(), late]);
    void database.source; // throws when it is not open
    return await work(database, settings);
  } finally {
    timer.abort();
    await database.close();
  }
}

function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 1;
}
