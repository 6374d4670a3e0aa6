/** Everything that the doctor looks at, in order; what is not configured is not asked. */
import { fileURLToPath } from 'node:url';
import { checkConfigurations, checkSecretFiles, type Environment, type ReadConfig, readVariable } from './configuration.ts';
import type { Finding } from './finding.ts';
import { checkDisk, checkFfmpeg, checkMemory, checkNode, checkOpenFiles, checkPackages } from './machine.ts';
import { checkNats, checkPostgres, checkRedis } from './servers.ts';

export interface Patient {
  /** Folder of the installation. */
  readonly root: string;
  /** Folder in which `npm start` keeps its data. */
  readonly dataFolder: string;
  readonly environment: Environment;
  /** Configurations by service; not read when the environment sets none of their servers. */
  readonly configurations: Readonly<Record<string, ReadConfig>>;
}

export async function examine({ root, dataFolder, environment, configurations }: Patient): Promise<Finding[]> {
  const names = ['DATABASE_URL', 'REDIS_URL', 'NATS_URL', 'BLOB_STORE_URL'] as const;
  const [DATABASE_URL, REDIS_URL, NATS_URL, BLOB_STORE_URL] = names.map((name) => readVariable(environment, name));
  const isConfigured = [DATABASE_URL, REDIS_URL, NATS_URL].some(Boolean);
  const store = BLOB_STORE_URL?.startsWith('file:') ? fileURLToPath(BLOB_STORE_URL) : undefined;
  return [
    checkNode(),
    checkPackages(root),
    checkMemory(),
    checkOpenFiles(),
    await checkDisk('disk', store ?? dataFolder),
    await checkFfmpeg(environment.FFMPEG_PATH || 'ffmpeg'),
    ...(isConfigured ? checkConfigurations(configurations, environment) : []),
    ...checkSecretFiles(environment),
    ...(DATABASE_URL ? [await checkPostgres(DATABASE_URL)] : []),
    ...(REDIS_URL ? [await checkRedis(REDIS_URL)] : []),
    ...(NATS_URL ? [await checkNats(NATS_URL)] : []),
  ];
}

/** Faults last, where they are seen. */
export function report(findings: readonly Finding[]): string {
  const order = { ok: 0, warning: 1, fault: 2 };
  const sign = { ok: 'ok     ', warning: 'warning', fault: 'FAULT  ' };
  const lines = findings
    .toSorted((a, b) => order[a.verdict] - order[b.verdict])
    .map(
      ({ verdict, about, sentence, mend }) =>
        `${sign[verdict]}  ${about.padEnd(13)}  ${sentence}${mend ? `\n${' '.repeat(24)}→ ${mend}` : ''}`,
    );
  const faults = findings.filter(({ verdict }) => verdict === 'fault').length;
  const sum = faults === 0 ? 'Nothing stops' : faults === 1 ? '1 fault stops' : `${faults} faults stop`;
  return `${lines.join('\n')}\n\n${sum} the platform from running here.\n`;
}
