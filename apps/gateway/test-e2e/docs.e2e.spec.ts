import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serviceNames } from '#contracts';
import { type Receiver, startReceiver } from '#testing';
import { Api } from './support/api.ts';
import { type Step, stepsOf, unlike } from './support/guide.ts';
import { type House, openHouse } from './support/house.ts';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
const steps = stepsOf(readFileSync(join(root, 'docs/api.md'), 'utf8'));
const end = '=== end of step ===';

let house: House;
/** The server elsewhere that the page fetches a file from and has told what happens. */
let elsewhere: Receiver;
let folder: string;
let outputs: string[];

/** All commands of the page in one shell, in a folder where the sample lies where the page says. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-guide-'));
  const sample = readFileSync(join(root, 'deploy/sample/rafaga-sample.ogg'));
  elsewhere = await startReceiver(({ method }, response) => void response.end(method === 'GET' ? sample : ''));
  house = await openHouse(serviceNames, {
    OUTBOUND_ALLOW_PRIVATE: elsewhere.host,
    GATEWAY_OPERATOR_EMAILS: 'operator@example.org',
  });
  cpSync(join(root, 'deploy/sample'), join(folder, 'deploy/sample'), { recursive: true });
  const script = ['set -euo pipefail', ...steps.flatMap(({ command }) => [command, `echo; echo '${end}'`])].join('\n');
  const programs = join(folder, 'programs');
  const PATH = [dirname(process.execPath), process.env.PATH, programs].join(delimiter);
  cpSync(join(import.meta.dirname, 'support/curl.mjs'), join(programs, 'curl')); // last on the PATH: for machines without one
  chmodSync(join(programs, 'curl'), 0o755);
  writeFileSync(join(programs, 'package.json'), '{ "type": "module" }');
  const env = { ...process.env, RAFAGA: house.url, ELSEWHERE: elsewhere.url, PATH, NODE_OPTIONS: '' };
  const { stdout } = await run('bash', ['-c', script], { cwd: folder, env, timeout: 100_000, maxBuffer: 64 * 1_024 * 1_024 });
  outputs = stdout.split(end).map((output) => output.trim());
}, 180_000);
afterAll(async () => {
  await house?.close();
  await elsewhere?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

describe('docs/api.md', () => {
  it('has commands to show', () => expect(steps.length).toBeGreaterThan(15));

  it.each(steps.map((step, index) => [firstLine(step), index, step] as const))('%s', (_line, index, { answer }) => {
    const output = outputs[index] ?? '';
    if (answer?.kind === 'json') expect(unlike(JSON.parse(answer.text), JSON.parse(output))).toEqual([]);
    if (answer?.kind === 'text') for (const line of answer.text.split('\n')) expect(output).toContain(line);
    expect(output).not.toContain('"code":"internal"');
  });
});

describe('README.md', () => {
  it('shows what the sample really sounds like', async () => {
    const page = readFileSync(join(root, 'README.md'), 'utf8');
    const shown = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!);
    const ana = await Api.register(house.url);
    const track = await ana.analyse(readFileSync(join(root, 'deploy/sample/rafaga-sample.ogg')), { name: 'rafaga-sample.ogg' });
    expect(unlike(shown, track)).toEqual([]);
    const { bpm, key, mode, loudnessLufs, truePeakDbtp } = track.analysis;
    expect({ key, mode }).toEqual({ key: shown.analysis.key, mode: shown.analysis.mode });
    expect(Math.abs(bpm / shown.analysis.bpm - 1)).toBeLessThan(0.01);
    expect(Math.abs(loudnessLufs - shown.analysis.loudnessLufs)).toBeLessThan(0.2);
    expect(Math.abs(truePeakDbtp - shown.analysis.truePeakDbtp)).toBeLessThan(0.2);
  });

  it('and the other pages link to files that are there', () => {
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

  it('names metrics that a running service has', async () => {
    const texts = await Promise.all(Object.values(house.stack.services).map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
    const names = firstCells(section('Metrics'));
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !texts.some((text) => text.includes(`# TYPE ${name} `)))).toEqual([]);
  });

  it('names probes that every service answers', async () => {
    for (const { url } of Object.values(house.stack.services))
      for (const path of firstCells(section('Probes'))) expect([url, path, (await fetch(url + path)).status]).toEqual([url, path, 200]);
  });
});

function firstLine({ command }: Step): string {
  return command.split('\n', 1)[0]!.slice(0, 100);
}
