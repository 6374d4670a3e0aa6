import { afterAll, describe, expect, it } from '@jest/globals';
import { runWithCpuAccount } from './cpu-account.ts';
import type { ScriptedCall } from './fixtures/scripted.worker.ts';
import { runTool } from './run-tool.ts';
import { task } from './task.ts';
import { ThreadPool } from './thread-pool.ts';

const scripted = task<ScriptedCall, unknown>('./fixtures/scripted.worker', import.meta.url);
const pool = new ThreadPool(1);
afterAll(() => pool.destroy());

async function chargedFor(work: () => Promise<unknown>): Promise<number> {
  let seconds = 0;
  await runWithCpuAccount((more) => (seconds += more), work);
  return seconds;
}

describe('the CPU account of some work', () => {
  it('is charged for its child processes', async () => {
    const script = 'while (process.cpuUsage().user < 200_000);';
    const busy = () => runTool({ command: process.execPath, args: ['-e', script], wallClockMs: 60_000 });
    expect(await chargedFor(busy)).toBeGreaterThanOrEqual(0.18); // in steps of 10 ms
  });
  it('is charged for its tasks on threads', async () => {
    const call: ScriptedCall = { kind: 'double', samples: new Float32Array(1_000_000) };
    const run = () => pool.run({ url: scripted.url, input: call }, [], new AbortController().signal);
    expect(await chargedFor(run)).toBeGreaterThan(0);
  });
  it('is charged for the child processes of its tasks, once', async () => {
    const call: ScriptedCall = { kind: 'tool', script: 'while (process.cpuUsage().user < 300_000);' };
    const run = () => pool.run({ url: scripted.url, input: call }, [], new AbortController().signal);
    expect(await chargedFor(run)).toBeGreaterThanOrEqual(0.28);
    const idle = () => runTool({ command: 'true', args: [], wallClockMs: 60_000 });
    expect(await chargedFor(idle)).toBeLessThan(0.2); // not charged for the one before
  });
  it('is not charged for work outside of it', async () => {
    const run = () => pool.run({ url: scripted.url, input: { kind: 'echo', value: 1 } }, [], new AbortController().signal);
    const [charged] = await Promise.all([chargedFor(async () => undefined), run()]);
    expect(charged).toBe(0);
  });
});
