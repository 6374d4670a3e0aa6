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
