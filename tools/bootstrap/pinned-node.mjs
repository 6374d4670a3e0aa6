import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { install, pinnedNode } from './install.mjs';
import { exceptLoopbackFromProxy } from './no-proxy.mjs';
import { say } from './say.mjs';

const wantedMajor = 24;
const majorOf = (version) => Number(version.split('.')[0]);

/**
 * Brings a command of ours from whatever Node it was started with to the Node 24 that is installed with the packages.
 * Comes back only when that is the Node running; otherwise this same script runs again under it, and this process only waits.
 */
export async function setOff() {
  exceptLoopbackFromProxy();
  try {
    if (majorOf(process.versions.node) < 20)
      throw new Error(`This needs Node 20 or newer to begin with; this is ${process.versions.node}. See https://nodejs.org/en/download`);
    await install();
    const node = betterNode();
    if (node) await again(node);
  } catch (error) {
    say(error.message);
    process.exit(1);
  }
}

/** @returns the Node to change to; nothing when this one will do */
function betterNode() {
  if (existsSync(pinnedNode)) return realpathSync(pinnedNode) === realpathSync(process.execPath) ? undefined : pinnedNode;
  if (majorOf(process.versions.node) >= wantedMajor) return undefined;
  throw new Error(
    `There is no packaged Node for ${process.platform}-${process.arch}: install Node ${wantedMajor} (https://nodejs.org/en/download) and run this again.`,
  );
}

async function again(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event) stopWithParent(() => child.kill('SIGTERM'));
  const [code, signal] = await new Promise((done) => child.once('exit', (...how) => done(how)));
  process.exit(code ?? 128 + constants.signals[signal]);
}

/** npm ended by a signal takes its shell with it, but not what the shell runs: that is us. */
function stopWithParent(stop) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}
