/** The names, types and labels of the Prometheus metrics of every service, as one text file. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serviceNames } from '#contracts';

interface Metric {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

const root = join(import.meta.dirname, '../..');
const program = join(import.meta.dirname, 'print-metrics.mjs');
const run = promisify(execFile);

/** @param environment what the services need to start: addresses of PostgreSQL, Redis, NATS and the blob store */
export async function metricList(environment: NodeJS.ProcessEnv): Promise<string> {
  const linesBy = new Map<string, string[]>();
  for (const service of serviceNames) {
    for (const metric of await metricsOf(service, environment)) {
      const line = `${metric.name} ${metric.type} {${metric.labelNames.toSorted().join(',')}}`;
      linesBy.set(line, [...(linesBy.get(line) ?? []), service]);
    }
  }
  return [...linesBy]
    .map(([line, services]) => `${line} ${services.join(',')}\n`)
    .sort()
    .join('');
}

async function metricsOf(service: string, environment: NodeJS.ProcessEnv): Promise<readonly Metric[]> {
  const main = join(root, 'dist/apps', service, 'src/main.js');
  const { stdout } = await run(process.execPath, [program, main], { env: environment, timeout: 300_000 });
  // prom-client's own metrics depend on the operating system and change with its version, not with ours.
  return (JSON.parse(stdout) as Metric[]).filter(({ name }) => !/^(process|nodejs)_/.test(name));
}
