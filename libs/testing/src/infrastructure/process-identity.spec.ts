import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { childrenOf, identify, isRunning } from './process-identity.ts';
import { endLeftover } from './server.ts';

async function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return { child, gone: once(child, 'exit') };
}

describe('a recorded process', () => {
  it('is running until it ends', async () => {
    const { child, gone } = await sleeper();
    const known = identify(child.pid ?? 0);
    expect(known?.command).toContain('setInterval');
    expect(known && isRunning(known)).toBe(true);
    child.kill('SIGKILL');
    await gone;
    expect(known && isRunning(known)).toBe(false);
  });

  it('is not confused with a later process of the same pid', async () => {
    const { child, gone } = await sleeper();
    const earlier = { pid: child.pid ?? 0, startedAt: 'another boot/1', command: 'node' };
    expect(isRunning(earlier)).toBe(false);
    expect(await endLeftover(earlier)).toBe(false);
    expect(child.exitCode).toBeNull();
    child.kill();
    await gone;
  });

  it('is ended when it is left over from an earlier run', async () => {
    const { child, gone } = await sleeper();
    const known = identify(child.pid ?? 0);
    expect(known && (await endLeftover(known))).toBe(true);
    await gone;
    expect(child.signalCode).toBe('SIGTERM');
  });

  it('is listed among the children of its parent while it runs', async () => {
    const { child, gone } = await sleeper();
    const pids = () => childrenOf(process.pid).map(({ pid }) => pid);
    expect(pids()).toContain(child.pid);
    child.kill('SIGKILL');
    await gone;
    expect(pids()).not.toContain(child.pid);
  });

  it.each([0, 1, -1, Number.NaN, 2 ** 30])('does not exist under the pid %d', (pid) => expect(identify(pid)).toBeUndefined());
});
