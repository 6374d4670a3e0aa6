/** `npm run report -- --hours 24`: latencies, errors, saturation, hit rates and cost of jobs against the objectives, as Markdown and HTML. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readObjectives, sloFile } from '../../deploy/slo.ts';
import { dataFolder } from '../setup/paths.ts';
import type { RunState } from '../start/run-file.ts';
import { toHtml, toMarkdown } from './render.ts';
import { makeReport } from './report.ts';
import type { MetricSource } from './samples.ts';
import { prometheusSource, serviceSource } from './sources.ts';

const help = `npm run report -- --hours 24                    of the running npm start: from its Prometheus (--observe), else from the services themselves
npm run report -- --prometheus URL              from another Prometheus (also PROMETHEUS_URL)
npm run report -- --metrics gateway=URL         from the /metrics of services, since they started; can be repeated
  --slo FILE    objectives, default deploy/slo.yml
  --to FOLDER   where report.md and report.html go, default .rafaga/report`;

const options = {
  hours: { type: 'string', default: '24' },
  prometheus: { type: 'string' },
  metrics: { type: 'string', multiple: true },
  slo: { type: 'string', default: sloFile },
  to: { type: 'string', default: join(dataFolder, 'report') },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

/** @throws Error when there is nothing to read from */
async function chooseSource({ prometheus, metrics }: Values, hours: number): Promise<MetricSource> {
  const run = runState();
  if (metrics) return serviceSource(Object.fromEntries(metrics.map((each) => [each.split('=')[0], each.slice(each.indexOf('=') + 1)])));
  const url = prometheus ?? process.env.PROMETHEUS_URL ?? run?.observers?.prometheus;
  if (url) return prometheusSource(url, hours);
  if (!run) throw new Error('Nothing to read from: start the platform with npm start, or name a Prometheus with --prometheus URL.');
  return serviceSource(Object.fromEntries(Object.entries(run.services).map(([name, { metricsUrl }]) => [name, metricsUrl])));
}

function runState(): RunState | undefined {
  const file = join(dataFolder, 'run.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RunState) : undefined;
}

function readHours(text: string): number {
  const hours = Number(text);
  if (!(hours > 0 && hours <= 24 * 90)) throw new Error('--hours must be a number above 0, at most 2160.');
  return hours;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) return void process.stdout.write(`${help}\n`);
  const source = await chooseSource(values, readHours(values.hours));
  const report = await makeReport(source, readObjectives(resolve(values.slo)));
  const title = `Ráfaga: report of ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const [markdown, folder] = [toMarkdown(report, title), resolve(values.to)];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.md'), markdown);
  writeFileSync(join(folder, 'report.html'), toHtml(report, title));
  process.stdout.write(markdown);
  process.stderr.write(`written to ${join(folder, 'report.md')} and report.html\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
