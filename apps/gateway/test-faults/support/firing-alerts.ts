/** Which alerts of deploy/prometheus/alerts.yml would fire if everything stayed as the services say that it is. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames } from '#contracts';
import { findTool } from '#testing/servers';
import type { SystemStack } from './system-stack.ts';

const rulesFile = join(import.meta.dirname, '../../../../deploy/prometheus/alerts.yml');
/** Longer than the `for` of each alert that a fault of one part raises. */
const lastsMinutes = 10;
const scrapeTimeoutMs = 3_000;

/**
 * Scrapes all services once and lets promtool replay what they answered for ten minutes.
 *
 * @param expected names of the alerts that have to fire, and no other
 * @returns what promtool found wrong; '' where all is as expected. Without promtool (Debian: prometheus) only the scrapes are read
 */
export async function wrongAlerts(stack: SystemStack, expected: readonly string[]): Promise<string> {
  const series = (await Promise.all(serviceNames.map((name) => scrape(name, stack.services[name].url)))).flat();
  const promtool = process.env.PROMTOOL_PATH ?? findTool('promtool');
  if (!promtool) return '';
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-alerts-'));
  try {
    writeFileSync(join(folder, 'alerts.yml'), readFileSync(rulesFile));
    writeFileSync(join(folder, 'test.yml'), JSON.stringify(testOf(series, expected))); // JSON is YAML
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', 'test.yml'], { cwd: folder, encoding: 'utf8' });
    return status === 0 ? '' : stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function testOf(series: readonly Series[], expected: readonly string[]) {
  const samples = expected.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 }));
  const question = {
    expr: 'max by (alertname) (ALERTS{alertstate="firing"})',
    eval_time: `${lastsMinutes}m`,
    exp_samples: samples,
  };
  const held = series.map(({ name, value }) => ({ series: name, values: `${value}x${lastsMinutes}` }));
  return {
    rule_files: ['alerts.yml'],
    evaluation_interval: '1m',
    tests: [{ interval: '1m', input_series: held, promql_expr_test: [question] }],
  };
}

interface Series {
  /** With its labels. */
  readonly name: string;
  readonly value: string;
}

const asked = readFileSync(rulesFile, 'utf8');

/** As Prometheus sees a target: `up`, and the metrics that a rule asks for, with the labels that it adds. */
async function scrape(service: string, url: string): Promise<Series[]> {
  const target = `job="rafaga",service="${service}",instance="${service}"`;
  const text = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(scrapeTimeoutMs) })
    .then((answer) => answer.text())
    .catch(() => undefined); // a frozen process
  if (text === undefined) return [{ name: `up{${target}}`, value: '0' }];
  const found = text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-z_:0-9]+)(?:\{(.*)\})? (\S+)/i.exec(line) ?? [];
    if (!name || !value || !asked.includes(name)) return [];
    const own = labels.replace(/,?service="[^"]*"/, '');
    return [{ name: `${name}{${own}${own && ','}${target}}`, value }];
  });
  return [{ name: `up{${target}}`, value: '1' }, ...found];
}
