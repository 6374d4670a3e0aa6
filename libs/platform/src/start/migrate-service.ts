/** `node main.js migrate`: brings the schemas of a service up to date and ends, for a job before an upgrade and for a restore. */
import { readFileSync } from 'node:fs';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import * as z from 'zod';
import type { ServiceName } from '#contracts';
import type { PlatformConfig } from '../config/platform-config.ts';
import { Database } from '../database/database.ts';
import { FrameworkLog, Log } from '../logs/log.ts';
import { Lifecycle } from '../probes/lifecycle.ts';

const stepNames = z.array(z.string().max(200)).max(10_000);

export interface MigrateCommand {
  readonly only?: ReadonlySet<string>;
  readonly lists?: true;
}

/**
 * @param words after the program: `migrate`; `--only FILE` with a JSON array of steps as `schema.Name` reaches the state of a backup, `--list` prints the
 *   steps and changes nothing
 * @returns what these words ask for; undefined when they do not begin with `migrate`
 * @throws RangeError for words that are not known; SyntaxError, ZodError for a file that holds something else
 */
export function readMigrateCommand(words: readonly string[]): MigrateCommand | undefined {
  const [verb, option, file, ...rest] = words;
  if (verb !== 'migrate') return undefined;
  if (option === undefined) return {};
  if (option === '--list' && file === undefined) return { lists: true };
  if (option !== '--only' || file === undefined || rest.length > 0) throw new RangeError('Usage: main.js migrate [--only FILE | --list]');
  return { only: new Set(stepNames.parse(JSON.parse(readFileSync(file, 'utf8')))) };
}

/** Builds the modules, which name their migrations, but starts nothing. Does nothing for a service without a database. */
export async function migrateService<Config extends PlatformConfig>(
  options: { readonly name: ServiceName; readonly module: (config: Config) => DynamicModule },
  config: Config,
  { only, lists }: MigrateCommand = {},
): Promise<void> {
  const log = Log.open({ service: options.name, instance: String(process.pid), level: config.LOG_LEVEL });
  const app = await NestFactory.create(options.module(config), new FastifyAdapter(), {
    logger: new FrameworkLog(log),
    abortOnError: false,
  });
  try {
    const database = databaseOf(app);
    if (lists) process.stdout.write(`${JSON.stringify(database?.migrationNames() ?? [])}\n`);
    else await database?.migrate(only);
    log.info({ service: options.name }, database ? 'the schemas are as asked for' : 'this service has no schema');
  } finally {
    await app.get(Lifecycle).close(log);
  }
}

function databaseOf(app: { get(token: typeof Database, options: { strict: boolean }): Database }): Database | undefined {
  try {
    return app.get(Database, { strict: false });
  } catch {
    return undefined; // the container has none
  }
}
