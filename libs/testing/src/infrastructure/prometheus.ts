import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireTool } from './find-tool.ts';
import { freePort } from './port.ts';
import { type ManagedServer, startServer } from './server.ts';
import { tempDir } from './temp-dir.ts';

/** One series of an instant query: its labels, and its value as text. */
export interface PrometheusSample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [atSeconds: number, value: string];
}

export interface ManagedPrometheus extends ManagedServer {
  /** Runs an instant query. @throws Error with the message of Prometheus for an invalid query */
  query(expr: string): Promise<readonly PrometheusSample[]>;
}

/**
 * Starts a Prometheus on 127.0.0.1 that scrapes services every second; `deploy/prometheus/prometheus.yml` uses a longer interval.
 *
 * @param targets base URLs of the services: `http://127.0.0.1:<port>`
 * @param ruleFile recording and alerting rules, evaluated every second
 * @throws Error when `prometheus` is not on the PATH or does not start
 */
export async function startPrometheus(targets: readonly string[], ruleFile?: string): Promise<ManagedPrometheus> {
  const { dataDir, logFile, remove } = tempDir('prometheus', {});
  mkdirSync(dataDir, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const configFile = join(dataDir, 'prometheus.yml');
  writeFileSync(
    configFile,
    configuration(
      targets.map((target) => new URL(target).host),
      ruleFile ? [ruleFile] : [],
    ),
  );
  const server = await startServer({
    name: 'prometheus',
    url,
    command: process.env.PROMETHEUS_PATH ?? requireTool('prometheus'),
    args: [`--config.file=${configFile}`, `--storage.tsdb.path=${join(dataDir, 'tsdb')}`, `--web.listen-address=127.0.0.1:${port}`],
    logFile,
    isReady: async () =>
      (await fetch(`${url}/-/ready`)).ok && (await (await fetch(`${url}/api/v1/status/flags`)).text()).includes(configFile),
    afterStop: remove,
  });
  return Object.assign(server, { query: (expr: string) => query(url, expr) });
}

/** JSON is valid YAML. */
const configuration = (hosts: readonly string[], rule_files: readonly string[]) =>
  JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files,
    scrape_configs: [{ job_name: 'rafaga', honor_labels: true, static_configs: [{ targets: hosts }] }],
  });

async function query(url: string, expr: string): Promise<readonly PrometheusSample[]> {
  const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: expr }) });
  const { status, error, data } = (await response.json()) as { status: string; error?: string; data?: { result: PrometheusSample[] } };
  if (status !== 'success' || !data) throw new Error(`${expr}: ${error ?? response.status}`);
  return data.result;
}
