import { describe, expect, it } from '@jest/globals';
import { inlineEngine } from '../scoring/score-engine.ts';
import { benchmarkPage } from './benchmark-page.ts';
import { measureLoad, percentile } from './measure-load.ts';
import { type BenchmarkReport, runBenchmark } from './run-benchmark.ts';
import { scoredMethods } from './scored-methods.ts';

const { signal } = new AbortController();

describe('measureLoad', () => {
  it('counts requests and rows a second, and how long requests took, by a clock', async () => {
    let ms = 0;
    const takes = [10, 10, 10, 30, 40];
    const load = { method: 'inline', clients: 1, rowsPerRequest: 1_000, durationMs: 100, signal, now: () => ms };
    const step = await measureLoad(load, async () => {
      ms += takes.shift()!;
    });
    expect(step).toEqual({
      ...{ method: 'inline', clients: 1, requestCount: 5, seconds: 0.1, requestsPerSecond: 50, rowsPerSecond: 50_000 },
      ...{ p50Ms: 10, p95Ms: 40, p99Ms: 40 },
    });
  });

  it('keeps so many requests under way', async () => {
    let [now, most] = [0, 0];
    const load = { method: 'inline', clients: 4, rowsPerRequest: 1, durationMs: 0, signal };
    await measureLoad(load, async () => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
    });
    expect(most).toBe(4);
  });

  it('ends with the failure of a request, and when it is cancelled', async () => {
    const load = { method: 'inline', clients: 2, rowsPerRequest: 1, durationMs: 60_000, signal };
    await expect(measureLoad(load, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    const cancelled = measureLoad({ ...load, signal: AbortSignal.abort(new Error('cancelled')) }, async () => undefined);
    await expect(cancelled).rejects.toThrow('cancelled');
  });

  it('takes percentiles by nearest rank', () => {
    const sorted = Array.from({ length: 200 }, (_, at) => at + 1);
    expect([50, 95, 99, 100].map((percent) => percentile(sorted, percent))).toEqual([100, 190, 198, 200]);
    expect(percentile([7], 50)).toBe(7);
  });
});

describe('runBenchmark', () => {
  it('scores the same rows by each method under each load, and notes the memory', async () => {
    const shares: number[] = [];
    const plan = { rows: 100, stepSeconds: 0.001, clients: [1, 2], signal, onProgress: (share: number) => shares.push(share) };
    const report = await runBenchmark(plan, scoredMethods({ one: inlineEngine, other: inlineEngine }, 100));
    expect(report.steps.map(({ method, clients }) => `${method} ${clients}`)).toEqual(['one 1', 'one 2', 'other 1', 'other 2']);
    expect(report.steps.every(({ requestCount, rowsPerSecond }) => requestCount > 0 && rowsPerSecond > 0)).toBe(true);
    expect(report.memory.length).toBeGreaterThanOrEqual(5);
    expect(report.memory.every(({ residentMb }) => residentMb > 10)).toBe(true);
    expect(shares).toEqual([0.25, 0.5, 0.75, 1]);
  });
});

describe('benchmarkPage', () => {
  const step = {
    method: 'inline',
    clients: 1,
    requestCount: 9,
    seconds: 3,
    requestsPerSecond: 3,
    rowsPerSecond: 30_000,
    p50Ms: 1,
    p95Ms: 2,
    p99Ms: 3,
  };
  const report: BenchmarkReport = {
    ...{ startedAt: '2026-01-31T12:00:00.000Z', nodeVersion: 'v24', cores: 2, rowsPerRequest: 10_000 },
    steps: [step, { ...step, clients: 4 }, { ...step, method: '<threads>' }],
    memory: [
      { seconds: 0, residentMb: 90, heapMb: 20 },
      { seconds: 3, residentMb: 120, heapMb: 30 },
    ],
  };

  it('has a chart of throughput, of delay and of memory, and every step in a table', () => {
    const page = benchmarkPage(report);
    expect(page.match(/<svg/g)).toHaveLength(3);
    expect(page.match(/<tr>/g)).toHaveLength(4);
    expect(page).toContain('<td>30,000</td>');
  });

  it('needs no other file and runs no script, whatever a method is called', () => {
    const page = benchmarkPage(report);
    expect(page).toContain('&lt;threads&gt;');
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/<script|<threads|https?:|src=|href=|url\(/);
  });
});
