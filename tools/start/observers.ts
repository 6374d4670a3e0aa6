/** Prometheus and Alertmanager beside a local platform: what `npm start -- --observe` adds. Each is started only where it is installed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { findTool, type ManagedServer, nextFreePort, startServer } from '#testing/servers';
import { root } from '../setup/paths.ts';
import { alertPrograms, observePrograms, type Program, waysToInstall } from '../setup/programs.ts';
import { missing } from '../setup/tools.ts';
import { freshLog } from './log-files.ts';

export type ObserverName = 'prometheus' | 'alertmanager';

export interface ObserversStart {
  /** The data folder of this start. */
  readonly folder: string;
  /** Base URLs of the services by name. */
  readonly services: ReadonlyMap<string, string>;
  readonly environment: NodeJS.ProcessEnv;
  readonly onSpawn: (name: ObserverName, pid: number) => void;
}

/** What to say about the programs that are not installed; undefined when both are. */
export function lackingObservers(environment: NodeJS.ProcessEnv, lacking = programsMissing(environment)): string | undefined {
  if (lacking.length === 0) return undefined;
  return `not installed, so not started: ${lacking.map(({ name }) => name).join(', ')}\n${waysToInstall(lacking)}`;
}

const programsMissing = (environment: NodeJS.ProcessEnv): readonly Program[] => [
  ...missing([observePrograms[0]!], environment),
  ...missing(alertPrograms, environment),
];

/** @returns the path of the program; undefined where it is not installed */
export const findAlertmanager = (environment: NodeJS.ProcessEnv): string | undefined =>
  environment.ALERTMANAGER_PATH ?? findTool('prometheus-alertmanager') ?? findTool('alertmanager');

/** Starts those that are installed: Alertmanager first, because Prometheus is told where it is. @returns the servers by name */
export async function startObservers(start: ObserversStart): Promise<ReadonlyMap<ObserverName, ManagedServer>> {
  const { environment } = start;
  const started = new Map<ObserverName, ManagedServer>();
  const alertmanager = findAlertmanager(environment);
  const prometheus = environment.PROMETHEUS_PATH ?? findTool('prometheus');
  if (alertmanager) started.set('alertmanager', await startAlertmanager(alertmanager, start));
  if (prometheus) started.set('prometheus', await startPrometheus(prometheus, start, started.get('alertmanager')?.url));
  return started;
}

function startPrometheus(command: string, start: ObserversStart, alertmanagerUrl: string | undefined): Promise<ManagedServer> {
  const config = prometheusConfig(start.services, start.environment, alertmanagerUrl);
  return serve('prometheus', 9090, start, config, (file, data, address) => [
    command,
    `--config.file=${file}`,
    `--storage.tsdb.path=${data}`,
    '--storage.tsdb.retention.time=7d',
    '--enable-feature=exemplar-storage',
    `--web.listen-address=${address}`,
  ]);
}

function startAlertmanager(command: string, start: ObserversStart): Promise<ManagedServer> {
  const config = alertmanagerConfig(start.environment.ALERT_WEBHOOK_URL);
  return serve('alertmanager', 9093, start, config, (file, data, address) => [
    command,
    `--config.file=${file}`,
    `--storage.path=${data}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
  ]);
}

async function serve(
  name: ObserverName,
  usualPort: number,
  { folder, onSpawn }: ObserversStart,
  config: object,
  commandLine: (configFile: string, dataFolder: string, address: string) => readonly [string, ...string[]],
): Promise<ManagedServer> {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const file = join(own, `${name}.yml`);
  writeFileSync(file, JSON.stringify(config, null, 1)); // JSON is valid YAML
  const port = await nextFreePort(usualPort);
  const [command, ...args] = commandLine(file, join(own, 'data'), `127.0.0.1:${port}`);
  const url = `http://127.0.0.1:${port}`;
  return startServer({
    name,
    url,
    command,
    args,
    logFile: freshLog(join(folder, 'logs'), name),
    onSpawn: (pid) => onSpawn(name, pid),
    isReady: async () => (await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(2_000) })).ok,
    niceness: 5,
  });
}

/** The rules of deploy/prometheus, and one target for each service. */
export function prometheusConfig(
  services: ReadonlyMap<string, string>,
  { GRAFANA_URL, RUNBOOK_URL }: NodeJS.ProcessEnv,
  alertmanagerUrl: string | undefined,
): object {
  const runbook_url = RUNBOOK_URL || `file://${join(root, 'docs/operations.md')}`;
  return {
    global: {
      scrape_interval: '5s',
      scrape_timeout: '4s',
      evaluation_interval: '5s',
      external_labels: { runbook_url, grafana_url: GRAFANA_URL || 'http://127.0.0.1:3006' },
    },
    rule_files: [join(root, 'deploy/prometheus/alerts.yml')],
    alerting: {
      alert_relabel_configs: [{ action: 'labeldrop', regex: 'runbook_url|grafana_url' }],
      alertmanagers: alertmanagerUrl ? [{ static_configs: [{ targets: [new URL(alertmanagerUrl).host] }] }] : [],
    },
    scrape_configs: [
      {
        job_name: 'rafaga',
        honor_labels: true,
        static_configs: [...services].map(([service, url]) => ({ targets: [new URL(url).host], labels: { service } })),
      },
    ],
  };
}

/** deploy/alertmanager with the address itself in place of a secret; without an address alerts are shown and not sent. */
export function alertmanagerConfig(webhookUrl: string | undefined): object {
  const config = parse(readFileSync(join(root, 'deploy/alertmanager/alertmanager.yml'), 'utf8')) as { receivers: { name: string }[] };
  const [{ name }] = config.receivers as [{ name: string }];
  const webhook_configs = webhookUrl ? [{ url: webhookUrl, send_resolved: true, max_alerts: 50 }] : [];
  return { ...config, receivers: [{ name, webhook_configs }] };
}
