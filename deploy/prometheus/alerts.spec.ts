import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { findTool } from '#testing/servers';
import { panelOfAlert } from '../../grafana/render.ts';
import { runbook } from '../../grafana/runbook.ts';
import { limitsProbePath } from '../../kong/routes.ts';
import { readObjectives } from '../slo.ts';
import { metricExists, metricsIn } from './metric-names.ts';

const at = (name: string) => join(import.meta.dirname, name);
const program = process.env.PROMTOOL_PATH ?? findTool('promtool');
/** Without promtool the files are checked by their structure alone; `npm run test:observe` has it. */
const promtool = (...args: string[]) => {
  if (!program) return { status: 0, said: '' };
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
};

const alert = z.object({
  alert: z.string(),
  labels: z.object({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.strictObject({ summary: z.string().min(20), runbook_url: z.string(), dashboard_url: z.string() }),
});
const rules = z.object({ groups: z.array(z.object({ rules: z.array(z.unknown()) })) });
const expressions = rules
  .parse(parse(readFileSync(at('alerts.yml'), 'utf8')))
  .groups.flatMap((group) => group.rules)
  .map((rule) => z.object({ expr: z.string() }).parse(rule).expr);
const ruleOf = new Map(
  rules
    .parse(parse(readFileSync(at('alerts.yml'), 'utf8')))
    .groups.flatMap((group) => group.rules)
    .map((rule) => z.object({ alert: z.string().default(''), expr: z.string() }).parse(rule))
    .map((rule) => [rule.alert, rule.expr] as const),
);
const alerts = rules
  .parse(parse(readFileSync(at('alerts.yml'), 'utf8')))
  .groups.flatMap((group) => group.rules)
  .filter((rule) => Object.hasOwn(rule as object, 'alert'))
  .map((rule) => alert.parse(rule));

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
    const names = expressions.flatMap(metricsIn);
    expect(names.length).toBeGreaterThan(60);
    expect(names.filter((name) => !metricExists(name))).toEqual([]);
  });
  it('ask for the targets that Prometheus scrapes, and Kong for the probe of its limits', () => {
    const job = z.object({ job_name: z.string(), metrics_path: z.string().optional() });
    const { scrape_configs: jobs } = z.object({ scrape_configs: z.array(job) }).parse(parse(readFileSync(at('prometheus.yml'), 'utf8')));
    const asked = expressions.flatMap((text) => [...text.matchAll(/job="([^"]+)"/g)].map(([, name]) => name!));
    expect(asked).toContain('kong-limits');
    const known = jobs.map(({ job_name: name }) => name);
    expect(asked.filter((name) => !known.includes(name))).toEqual([]);
    expect(jobs.find(({ job_name: name }) => name === 'kong-limits')?.metrics_path).toBe(limitsProbePath);
  });
  it('fire only under their conditions', () => {
    expect(promtool('test', 'rules', ...testFiles)).toMatchObject({ status: 0 });
  });
  it.each(alerts.map(({ alert: name }) => name))('%s has a test in which it fires and one in which it is quiet', (name) => {
    const own = tests.filter(({ alertname }) => alertname === name);
    expect(own.some(({ exp_alerts }) => exp_alerts.length > 0)).toBe(true);
    expect(own.some(({ exp_alerts }) => exp_alerts.length === 0)).toBe(true);
  });
  it.each(alerts.map(({ alert: name, annotations }) => [name, annotations] as const))(
    '%s links to its section of the runbook and to its panel',
    (name, { runbook_url, dashboard_url }) => {
      expect(runbook_url).toBe(`{{ $externalLabels.runbook_url }}#${name.toLowerCase()}`);
      expect(dashboard_url).toBe(`{{ $externalLabels.grafana_url }}${panelOfAlert.get(name)}`);
    },
  );
  it('are those of the runbook, and no other', () => {
    expect([...runbook.keys()].sort()).toEqual(alerts.map(({ alert: name }) => name).sort());
    for (const text of runbook.values()) expect(text).toMatch(/\w{3}/);
  });
  it('use the objectives of slo.yml', () => {
    const { availability, readLatency, caches, saturation, jobs } = readObjectives();
    const exprOf = (name: string) => ruleOf.get(name) ?? '';
    const budget = (target: number) => String(Number((1 - target).toFixed(6)));
    for (const name of ['ErrorBudgetBurnsFast', 'ErrorBudgetBurns', 'ErrorBudgetBurnsSlowly'])
      expect(exprOf(name)).toContain(budget(availability.target));
    for (const name of ['LatencyBudgetBurns', 'LatencyBudgetBurnsSlowly']) expect(exprOf(name)).toContain(budget(readLatency.target));
    expect(expressions.join()).toContain(`le="${readLatency.thresholdSeconds}"`);
    expect(exprOf('ReadsAreSlow')).toContain(`> ${readLatency.thresholdSeconds}`);
    expect(exprOf('CacheHitRateLow')).toContain(`< ${caches.hitRate}`);
    expect(exprOf('MemoryHigh')).toContain(`> ${saturation.memoryRatio}`);
    expect(exprOf('EventLoopBlocked')).toContain(`> ${saturation.eventLoopSeconds}`);
    expect(exprOf('JobsWaitLong')).toContain(`> ${jobs.waitSeconds}`);
  });
});
