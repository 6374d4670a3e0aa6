import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { requireTool } from '#testing/servers';

const at = (name: string) => join(import.meta.dirname, name);
const promtool = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.env.PROMTOOL_PATH ?? requireTool('promtool'), args, {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
};

const alert = z.object({
  alert: z.string(),
  labels: z.object({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.object({ summary: z.string().min(20), runbook_url: z.string() }),
});
const rules = z.object({ groups: z.array(z.object({ rules: z.array(z.unknown()) })) });
const expressions = rules
  .parse(parse(readFileSync(at('alerts.yml'), 'utf8')))
  .groups.flatMap((group) => group.rules)
  .map((rule) => z.object({ expr: z.string() }).parse(rule).expr);
const alerts = rules
  .parse(parse(readFileSync(at('alerts.yml'), 'utf8')))
  .groups.flatMap((group) => group.rules)
  .filter((rule) => Object.hasOwn(rule as object, 'alert'))
  .map((rule) => alert.parse(rule));

/** What the services export, as `npm run snapshots` lists it, and what the rules take from elsewhere: Prometheus, Kong, prom-client, other rules. */
const exported = new Set(
  readFileSync(at('../../docs/metrics.txt'), 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[0]),
);
const foreign =
  /^(up|kong_\w+|gateway:\w+:\w+|nodejs_eventloop_lag_p99_seconds|process_(resident_memory_bytes|memory_limit_bytes|start_time_seconds)|blob_store_free_bytes)$/;
const metricsIn = (expr: string) =>
  [...expr.replaceAll(/"[^"]*"/g, '').matchAll(/\b([a-z][a-z_:0-9]*)(?=[{[]|\)| [<>=]| \/| offset)/g)].map(([, name]) => name!);

const testFiles = ['alerts.test.yml', 'budgets.test.yml'];
const testFile = z.object({
  tests: z.array(z.object({ alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })) })),
});
const tests = testFiles.flatMap((name) =>
  testFile.parse(parse(readFileSync(at(name), 'utf8'))).tests.flatMap((test) => test.alert_rule_test),
);

describe('the alerts', () => {
  it('are valid rules in a valid configuration', () => {
    expect(promtool('check', 'rules', 'alerts.yml')).toMatchObject({ status: 0 });
    expect(promtool('check', 'config', 'prometheus.yml')).toMatchObject({ status: 0 });
  });
  it('ask for metrics that exist', () => {
    const words = new Set(['service', 'kind', 'dependency', 'upstream', 'le', 'by', 'on', 'and', 'or', 'unless', 'instance']);
    const names = expressions.flatMap(metricsIn).filter((name) => !words.has(name));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !foreign.test(name) && !exported.has(name.replace(/_(bucket|count|sum)$/, '')))).toEqual([]);
  });
  it('fire only under their conditions', () => {
    expect(promtool('test', 'rules', ...testFiles)).toMatchObject({ status: 0 });
  });
  it.each(alerts.map(({ alert: name }) => name))('%s has a test in which it fires and one in which it is quiet', (name) => {
    const own = tests.filter(({ alertname }) => alertname === name);
    expect(own.some(({ exp_alerts }) => exp_alerts.length > 0)).toBe(true);
    expect(own.some(({ exp_alerts }) => exp_alerts.length === 0)).toBe(true);
  });
  it.each(alerts.map(({ alert: name, annotations }) => [name, annotations.runbook_url]))(
    '%s has a page in the runbook: %s',
    (name, url) => {
      const [file, anchor] = url.split('#');
      expect(anchor).toBe(name.toLowerCase());
      expect(readFileSync(join(import.meta.dirname, '../..', file!), 'utf8')).toMatch(new RegExp(`^### ${name}\\n\\n\\S`, 'm'));
    },
  );
});
