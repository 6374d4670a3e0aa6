import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { print } from './console.mjs';
import { install, pinnedNode } from './install.mjs';
import { exceptLoopbackFromProxy } from './no-proxy.mjs';

const wantedMajor = 24;
const majorOf = (version) => Number(version.split('.')[0]);

/**
 * Installs the packages and re-executes the script with the Node 24 binary from npm. Returns only in a process that runs this Node;
 * otherwise this process waits for the child.
 */
export async function useInstalledNode() {
  exceptLoopbackFromProxy();
  try {
    if (majorOf(process.versions.node) < 20)
      throw new Error(`Node 20 or newer is required to start; found ${process.versions.node}. See https://nodejs.org/en/download`);
    await install();
    const node = nodeToUse();
    if (node) await runUnder(node);
  } catch (error) {
    print(error.message);
    process.exit(1);
  }
}

/** @returns the Node binary to use; undefined when the current one is suitable */
function nodeToUse() {
  if (existsSync(pinnedNode)) return realpathSync(pinnedNode) === realpathSync(process.execPath) ? undefined : pinnedNode;
  if (majorOf(process.versions.node) >= wantedMajor) return undefined;
  throw new Error(
    `npm has no Node binary for ${process.platform}-${process.arch}: install Node ${wantedMajor} (https://nodejs.org/en/download) and run this command again.`,
  );
}

async function runUnder(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event) stopWithParent(() => child.kill('SIGTERM'));
  const [code, signal] = await new Promise((done) => child.once('exit', (...how) => done(how)));
  process.exit(code ?? 128 + constants.signals[signal]);
}

/** When a signal ends npm, its shell ends too, but not this process. */
function stopWithParent(stop) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}
