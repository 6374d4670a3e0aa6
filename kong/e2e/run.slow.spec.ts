import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endLeakedProcesses, runIdVariable } from '../../tools/test/leaked-processes.ts';

/** Acts as a Kong that cannot start, and as one that reports readiness and does nothing. */
const broken = '#!/bin/sh\nexit 1\n';
const idle = `#!/usr/bin/env node
if (process.argv[2] === 'start') {
  const [host, port] = process.env.KONG_STATUS_LISTEN.split(':');
  require('node:http').createServer((asked, answer) => answer.end()).listen(Number(port), host);
}
`;

let folder: string;
let files: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-kong-run-'));
  files = join(folder, 'files');
  mkdirSync(files);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** `npm run test:kong` with a stand-in of Kong. @returns how it ended, and what it left */
async function run(kong: string) {
  writeFileSync(join(folder, 'kong'), kong);
  chmodSync(join(folder, 'kong'), 0o755);
  const mark = randomUUID();
  const { NODE_OPTIONS: _flags, ...plain } = process.env;
  const environment = { ...plain, PATH: `${folder}:${process.env.PATH}`, TMPDIR: files, [runIdVariable]: mark };
  const child = spawn(process.execPath, ['--conditions=source', join(import.meta.dirname, 'run.ts')], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, , [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const processes = (await endLeakedProcesses(mark, files)).map(({ command }) => command);
  return { exitCode, output, processes, files: readdirSync(files) };
}

describe('a run of npm run test:kong that fails', () => {
  it('because Kong does not start leaves no server and no file behind', async () => {
    expect(await run(broken)).toEqual({ exitCode: 1, output: '', processes: [], files: [] });
  }, 180_000);

  it('because checks fail names each, and leaves no server and no file behind', async () => {
    const { output, ...left } = await run(idle);
    expect(left).toEqual({ exitCode: 1, processes: [], files: [] });
    expect(output).toMatch(/^FAILED {2}.+: .+$/m);
    expect(output).toMatch(/^\d+ passed, [1-9]\d* failed$/m);
  }, 300_000);
});
