/**
 * The benchmark that operators start by `POST /v1/operators/benchmarks`, in this process: `npm run bench -- video [SECONDS A STEP] [PAGE.html]`. Prints the
 * report as a table, and writes it as a page where one is named.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { benchmarkPage } from '../../apps/video/src/benchmarks/benchmark-page.ts';
import { runBenchmark } from '../../apps/video/src/benchmarks/run-benchmark.ts';
import { scoredMethods } from '../../apps/video/src/benchmarks/scored-methods.ts';
import { inlineEngine, threadEngine } from '../../apps/video/src/scoring/score-engine.ts';
import { Compute } from '../../libs/compute/src/index.ts';

const [seconds = '1', page] = process.argv.slice(2);
const rows = 10_000;
const threads = Math.max(1, availableParallelism() - 1);
const compute = new Compute({ threads });
const { signal } = new AbortController();
try {
  const engines = { inline: inlineEngine, threads: threadEngine(compute, threads, signal) };
  const plan = { rows, stepSeconds: Number(seconds), clients: [1, 2, 4, 8], signal };
  const report = await runBenchmark(plan, scoredMethods(engines, rows));
  for (const step of report.steps)
    console.log(
      `${step.method}, ${step.clients} at a time: ${step.requestsPerSecond.toFixed(1)} requests/s, ${Math.round(step.rowsPerSecond).toLocaleString('en')} rows/s, ` +
        `P50 ${step.p50Ms.toFixed(1)} ms, P95 ${step.p95Ms.toFixed(1)} ms, P99 ${step.p99Ms.toFixed(1)} ms`,
    );
  const resident = report.memory.map(({ residentMb }) => residentMb);
  console.log(`resident memory ${resident[0]} MB at the beginning, ${Math.max(...resident)} MB at most, ${resident.at(-1)} MB at the end`);
  if (page !== undefined) writeFileSync(page, benchmarkPage(report));
} finally {
  await compute.close({ drainMs: 0 });
}
