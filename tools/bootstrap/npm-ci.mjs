import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { print } from './console.mjs';
import { readHolder, startOf } from './lock.mjs';
import { modules, root, stamp } from './paths.mjs';

const log = join(root, '.rafaga/logs/install.log');
const running = join(root, '.rafaga/install.pid');

/** @throws Error with the last lines of npm's output */
export async function npmCi() {
  await orphanGone();
  rmSync(stamp, { force: true });
  mkdirSync(dirname(log), { recursive: true });
  const [command, ...args] = npm();
  const output = openSync(log, 'w');
  const options = ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'];
  const child = spawn(command, [...args, ...options], { cwd: root, env: outsideEnvironment(), stdio: ['ignore', output, output] });
  writeFileSync(running, JSON.stringify({ pid: child.pid, startedAt: startOf(child.pid) }));
  const code = await endOf(child);
  rmSync(running, { force: true });
  if (code === 0) return 'installed';
  throw new Error(
    `npm ci failed:\n${readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).join('\n')}\n${code instanceof Error ? code.message : ''}`,
  );
}

/** Forwards termination signals to npm and waits for it: two installations in one folder corrupt each other. */
async function endOf(child) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const pass = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, pass);
  const code = await new Promise((done) =>
    child.once('error', done).once('exit', (status, signal) => done(signal ? new Error(`stopped by ${signal}`) : status)),
  );
  for (const signal of signals) process.off(signal, pass);
  return code;
}

/** Waits for an npm process whose parent was killed. */
async function orphanGone() {
  const { pid, startedAt } = readHolder(running) ?? {};
  if (!pid) return;
  if (startOf(pid) === startedAt) print(`install   waiting for an earlier installation, process ${pid} …`);
  while (startOf(pid) === startedAt) await wait(300);
}

/** The npm that runs this process, with its own Node: the pinned Node is in node_modules, which npm replaces. */
function npm() {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const own = node && !node.startsWith(modules) && existsSync(node);
  return own && script?.endsWith('npm-cli.js') ? [node, script] : ['npm'];
}

function outsideEnvironment() {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(modules));
  return { ...process.env, PATH: path.join(delimiter), NODE_ENV: '' };
}
