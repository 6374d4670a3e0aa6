/** Benchmarks of a running video service, for operators: rising load, methods compared. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { integer } from './values.ts';

export const videoBenchmarkFailures = {
  'benchmark-not-found': {
    status: 404,
    title: 'Benchmark not found',
    page: 'You have started no such benchmark. A benchmark is forgotten 30 days after it ended.',
  },
  'benchmark-not-ready': {
    status: 409,
    title: 'The benchmark is not finished yet',
    page: 'It waits for another benchmark, or still measures. Follow the job in `job`, then download the report.',
  },
  'benchmark-failed': {
    status: 422,
    title: 'The benchmark failed',
    page: 'There is no report and there will be none; `problem` of the benchmark says why. Start another one.',
  },
  'benchmark-expired': {
    status: 410,
    title: 'The report of the benchmark is gone',
    page: 'Reports are kept for seven days. Start another benchmark.',
  },
} as const satisfies FailureTable;

/** Rows that are in memory at the same time, lines and scores: some hundred bytes each. */
const benchmarkRowsMax = 400_000;

export const benchmarkRequest = z
  .strictObject({
    rows: integer({ min: 100, max: 100_000 })
      .default(10_000)
      .meta({ description: 'Rows of metadata that each request scores; times the most `clients`, at most 400,000.', examples: [10_000] }),
    stepSeconds: integer({ min: 1, max: 30 })
      .default(3)
      .meta({ description: 'How long each load is applied to each method.', examples: [3] }),
    clients: z
      .array(integer({ min: 1, max: 16 }))
      .min(1)
      .max(6)
      .default([1, 2, 4, 8])
      .meta({ description: 'The loads: requests at the same time, one step each.', examples: [[1, 2, 4, 8]] }),
  })
  .superRefine(({ rows, clients }, context) => {
    const most = rows * Math.max(...clients);
    const message = `${rows} rows for ${Math.max(...clients)} clients are ${most} rows at the same time; at most ${benchmarkRowsMax} are allowed`;
    if (most > benchmarkRowsMax) for (const name of ['rows', 'clients']) context.addIssue({ code: 'custom', path: [name], message });
  })
  .meta({ id: 'NewBenchmark', description: 'How much is scored, for how long, and under which loads.' });

const reportFile = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), sizeBytes: z.number().int().positive() });

export const runVideoBenchmark = jobKind({
  name: 'video.service.benchmark',
  input: benchmarkRequest,
  output: z.strictObject({ json: reportFile, html: reportFile, bestRowsPerSecond: z.number().nonnegative() }),
  phases: ['waiting', 'measuring'],
  maxAttempts: 2,
  timeoutMs: 15 * 60_000,
  resources: { cores: 1, memoryBytes: 300 * 1_048_576 },
});
