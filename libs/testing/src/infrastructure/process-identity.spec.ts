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

describe('a process written down', () => {
  it('is recognised while it runs, and not after', async () => {
    const { child, gone } = await sleeper();
    const known = identify(child.pid ?? 0);
    expect(known?.command).toContain('setInterval');
    expect(known && isRunning(known)).toBe(true);
    child.kill('SIGKILL');
    await gone;
    expect(known && isRunning(known)).toBe(false);
  });

  it('is not confused with a later process of the same number', async () => {
    const { child, gone } = await sleeper();
    const earlier = { pid: child.pid ?? 0, startedAt: 'another boot/1', command: 'node' };
    expect(isRunning(earlier)).toBe(false);
    expect(await endLeftover(earlier)).toBe(false);
    expect(child.exitCode).toBeNull();
    child.kill();
    await gone;
  });

  it('is ended when it is a leftover of ours', async () => {
    const { child, gone } = await sleeper();
    const known = identify(child.pid ?? 0);
    expect(known && (await endLeftover(known))).toBe(true);
    await gone;
    expect(child.signalCode).toBe('SIGTERM');
  });

  it('is found among the children of whoever started it, while it runs', async () => {
    const { child, gone } = await sleeper();
    const numbers = () => childrenOf(process.pid).map(({ pid }) => pid);
    expect(numbers()).toContain(child.pid);
    child.kill('SIGKILL');
    await gone;
    expect(numbers()).not.toContain(child.pid);
  });

  it.each([0, 1, -1, Number.NaN, 2 ** 30])('has no number %d', (pid) => expect(identify(pid)).toBeUndefined());
});
