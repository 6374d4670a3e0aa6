import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort, identify } from '#testing/servers';
import { startKong } from './kong.ts';

/** Acts as Kong with one worker, of which only the status port is used: `answers` says whether it ever answers there. */
const program = (answers: boolean) => `#!/usr/bin/env node
const { appendFileSync } = require('node:fs');
const note = (args, pid) => appendFileSync(__dirname + '/calls', JSON.stringify({ args, pid, environment: process.env }) + '\\n');
note(process.argv.slice(2), process.pid);
if (process.argv[2] === 'start') {
  const worker = require('node:child_process').spawn('sleep', ['300'], { stdio: 'ignore' });
  note(['worker'], worker.pid);
  process.once('SIGTERM', () => worker.kill() && worker.once('exit', () => process.exit()));
  const [host, port] = process.env.KONG_STATUS_LISTEN.split(':');
  require('node:http').createServer((asked, answer) => ${answers ? 'answer.end()' : 'undefined'}).listen(Number(port), host);
}
`;

interface Call {
  readonly args: readonly string[];
  readonly pid: number;
  readonly environment: Readonly<Record<string, string>>;
}

let folder: string;
let path: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-kong-e2e-'));
  path = process.env.PATH;
  process.env.PATH = `${folder}:${path}`;
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true, force: true });
});

const install = (answers: boolean) => {
  writeFileSync(join(folder, 'kong'), program(answers));
  chmodSync(join(folder, 'kong'), 0o755);
};
const calls = (): Call[] =>
  readFileSync(join(folder, 'calls'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Call);
const runs = ({ pid }: Call) => identify(pid) !== undefined;
const stopped = () => ['stop', '-p', join(folder, 'prefix')];

describe('the Kong of npm run test:kong', () => {
  it('stays in the foreground, has readable files, and is stopped with its workers', async () => {
    install(true);
    const kong = await startKong(join(folder, 'kong.yml'), await freePort(), folder);
    const [started] = calls();
    expect(started).toMatchObject({ args: ['start'], pid: kong.pid, environment: { KONG_NGINX_DAEMON: 'off' } });
    expect(started!.environment.KONG_NGINX_USER).toBe(process.getuid?.() === 0 ? 'root root' : undefined);
    await kong.stop();
    expect(calls().map(({ args }) => args)).toEqual([['start'], ['worker'], stopped()]);
    expect(calls().filter(runs)).toEqual([]);
  });

  it('is killed with its workers', async () => {
    install(true);
    const kong = await startKong(join(folder, 'kong.yml'), await freePort(), folder);
    await kong.kill();
    expect(calls().filter(runs)).toEqual([]);
    await kong.stop();
  });

  it('leaves nothing running when it accepts connections and never answers', async () => {
    install(false);
    await expect(startKong(join(folder, 'kong.yml'), await freePort(), folder, 3_000)).rejects.toThrow('kong did not start');
    expect(calls().at(-1)?.args).toEqual(stopped());
    expect(calls().filter(runs)).toEqual([]);
  });
});
