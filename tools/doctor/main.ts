/** `npm run doctor`: says what is wrong with this machine or configuration, and the command that mends it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serviceNames } from '#contracts';
import { platformConfig, readConfig } from '#platform';
import { dataFolder, root } from '../setup/paths.ts';
import type { Environment, ReadConfig } from './configuration.ts';
import { examine, report } from './examine.ts';

/** Each app exports the reader of its configuration: `audioConfig`, `gatewayConfig` and so on. */
async function configurations(): Promise<Record<string, ReadConfig>> {
  const readers: Record<string, ReadConfig> = {};
  for (const service of serviceNames) {
    const module = (await import(pathToFileURL(join(root, 'dist/apps', service, 'src/config.js')).href)) as Record<string, unknown>;
    const read = module[`${service}Config`];
    readers[service] = typeof read === 'function' ? (read as ReadConfig) : (environment) => readConfig(platformConfig, environment);
  }
  return readers;
}

/** Addresses of the servers of a running `npm start`, where the environment names none. */
function environmentOf(own: Environment): Environment {
  const file = join(dataFolder, 'run.json');
  if (own.DATABASE_URL || own.DATABASE_URL_FILE || !existsSync(file)) return own;
  const { infrastructure } = JSON.parse(readFileSync(file, 'utf8')) as { infrastructure: Record<string, { url: string }> };
  const { postgres, redis, nats } = infrastructure;
  return {
    BLOB_STORE_URL: `file://${join(dataFolder, 'blobs')}`,
    GATEWAY_KEY_PATH: join(dataFolder, 'identity.key'),
    ...own,
    ...(postgres && redis && nats ? { DATABASE_URL: postgres.url, REDIS_URL: redis.url, NATS_URL: nats.url } : {}),
  };
}

if (import.meta.main) {
  const findings = await examine({ root, dataFolder, environment: environmentOf(process.env), configurations: await configurations() });
  process.stdout.write(report(findings));
  process.exit(findings.some(({ verdict }) => verdict === 'fault') ? 1 : 0);
}
