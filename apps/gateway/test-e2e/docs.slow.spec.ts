import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serviceNames } from '#contracts';
import { type Receiver, startReceiver } from '#testing';
import { Api } from './support/api.ts';
import { type Step, shapeDifferences, stepsOf } from './support/doc-page.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
const steps = stepsOf(readFileSync(join(root, 'docs/api.md'), 'utf8'));
const end = '=== end of step ===';

let stack: TestStack;
/** The external server of the page: serves a file for the import and receives webhooks. */
let externalServer: Receiver;
let folder: string;
let outputs: string[];

/** Runs all commands of the page in one shell, in a folder with the sample files. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-docs-'));
  const sample = readFileSync(join(root, 'deploy/sample/rafaga-sample.ogg'));
  externalServer = await startReceiver(({ method }, response) => void response.end(method === 'GET' ? sample : ''));
  stack = await openTestStack(serviceNames, {
    OUTBOUND_ALLOW_PRIVATE: externalServer.host,
  });
  await Api.registerOperator(stack.url, stack.processes.environment.DATABASE_URL, 'operator@example.org'); // as the page does on the command line
  cpSync(join(root, 'deploy/sample'), join(folder, 'deploy/sample'), { recursive: true });
  const script = ['set -euo pipefail', ...steps.flatMap(({ command }) => [command, `echo; echo '${end}'`])].join('\n');
  const programs = join(folder, 'programs');
  const PATH = [dirname(process.execPath), process.env.PATH, programs].join(delimiter);
  cpSync(join(import.meta.dirname, 'support/curl.mjs'), join(programs, 'curl')); // last on the PATH, for machines without curl
  chmodSync(join(programs, 'curl'), 0o755);
  writeFileSync(join(programs, 'package.json'), '{ "type": "module" }');
  const env = { ...process.env, RAFAGA: stack.url, ELSEWHERE: externalServer.url, PATH, NODE_OPTIONS: '' };
  const { stdout } = await run('bash', ['-c', script], { cwd: folder, env, timeout: 280_000, maxBuffer: 64 * 1_024 * 1_024 });
  outputs = stdout.split(end).map((output) => output.trim());
}, 360_000);
afterAll(async () => {
  await stack?.close();
  await externalServer?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

describe('docs/api.md', () => {
  it('has commands', () => expect(steps.length).toBeGreaterThan(15));

  it.each(steps.map((step, index) => [firstLine(step), index, step] as const))('%s', (_line, index, { output: documented }) => {
    const output = outputs[index] ?? '';
    if (documented?.kind === 'json') expect(shapeDifferences(JSON.parse(documented.text), JSON.parse(output))).toEqual([]);
    if (documented?.kind === 'text') for (const line of documented.text.split('\n')) expect(output).toContain(line);
    expect(output).not.toContain('"code":"internal"');
  });
});

describe('README.md', () => {
  it('shows the analysis of the sample', async () => {
    const page = readFileSync(join(root, 'README.md'), 'utf8');
    const shown = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!);
    const ana = await Api.register(stack.url);
    const track = await ana.analyse(readFileSync(join(root, 'deploy/sample/rafaga-sample.ogg')), { name: 'rafaga-sample.ogg' });
    expect(shapeDifferences(shown, track)).toEqual([]);
    const { bpm, key, mode, loudnessLufs } = track;
    expect({ key, mode }).toEqual({ key: shown.key, mode: shown.mode });
    expect(Math.abs(bpm / shown.bpm - 1)).toBeLessThan(0.01);
    expect(Math.abs(loudnessLufs - shown.loudnessLufs)).toBeLessThan(0.2);
  });

  it('and the other pages have no broken links to files', () => {
    const pages = [
      'README.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      'docs/api.md',
      'docs/architecture.md',
      'docs/operations.md',
    ];
    const broken = pages.flatMap((page) => {
      const links = [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, link]) => link!);
      return links.filter((link) => !existsSync(join(root, dirname(page), link))).map((link) => `${page}: ${link}`);
    });
    expect(broken).toEqual([]);
  });
});

describe('docs/operations.md', () => {
  const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
  const section = (heading: string) => page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const firstCells = (text: string) =>
    [...text.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell]) => [...cell!.matchAll(/`([^`]+)`/g)].map(([, word]) => word!));

  it('lists metrics that a running service exports', async () => {
    const texts = await Promise.all(Object.values(stack.processes.services).map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
    const names = firstCells(section('Metrics'));
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !texts.some((text) => text.includes(`# TYPE ${name} `)))).toEqual([]);
  });

  it('lists probes that every service serves', async () => {
    for (const { url } of Object.values(stack.processes.services))
      for (const path of firstCells(section('Probes'))) expect([url, path, (await fetch(url + path)).status]).toEqual([url, path, 200]);
  });
});

function firstLine({ command }: Step): string {
  return command.split('\n', 1)[0]!.slice(0, 100);
}
