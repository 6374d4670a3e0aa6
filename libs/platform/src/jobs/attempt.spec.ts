import { describe, expect, it } from '@jest/globals';
import { register } from 'prom-client';
import * as z from 'zod';
import { runTool } from '#compute';
import { type JobKind, jobKind } from '#contracts';
import { Attempt, type AttemptDeps, defaultSettings } from './attempt.ts';
import type { Claim, ClaimStore } from './claim.store.ts';
import type { JobHandler } from './job-run.ts';

const kind = jobKind({
  name: 'test.job.wait',
  input: z.object({}),
  output: z.object({}),
  phases: ['waiting'],
  maxAttempts: 1,
  timeoutMs: 60_000,
  resources: { cores: 0, memoryBytes: 0 },
});
const context = { requestId: 'a-request', traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` };
const claim: Claim = { jobId: 'a', ownerId: 'b', fence: '1', attempt: 1, maxAttempts: 1, input: {}, context };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function attemptWith(handOver: AbortSignal, handler: JobHandler<typeof kind>) {
  let released = 0;
  const store = { release: async () => ++released > 0, succeed: async () => undefined } as unknown as ClaimStore;
  const deps: AttemptDeps = { store, log, settings: defaultSettings, handOver };
  return { attempt: new Attempt(claim, kind, handler as unknown as JobHandler<JobKind>, deps), releases: () => released };
}

describe('an attempt', () => {
  it('that begins after the hand-over is released without calling its handler', async () => {
    let calls = 0;
    const { attempt, releases } = attemptWith(AbortSignal.abort(), async (_, run) => {
      calls++;
      return run.complete({});
    });
    expect(await attempt.run(() => undefined)).toBe('released');
    expect([calls, releases()]).toEqual([0, 1]);
  });
  it('that runs is told of the hand-over and released', async () => {
    const handOver = new AbortController();
    const { attempt, releases } = attemptWith(handOver.signal, (_, run) => {
      const stopped = new Promise<never>((_, reject) => run.signal.addEventListener('abort', () => reject(run.signal.reason)));
      handOver.abort();
      return stopped;
    });
    expect(await attempt.run(() => undefined)).toBe('released');
    expect(releases()).toBe(1);
  });
  it('adds the CPU time of its child processes to the cost of its kind', async () => {
    const { attempt } = attemptWith(new AbortController().signal, async (_, run) => {
      await runTool({ command: process.execPath, args: ['-e', ''], wallClockMs: 60_000 });
      return run.complete({});
    });
    await attempt.run(() => undefined);
    expect(await register.getSingleMetricAsString('job_cost_cpu_seconds_total')).toMatch(/\{kind="test.job.wait"\} 0\.\d*[1-9]/);
  });
});
