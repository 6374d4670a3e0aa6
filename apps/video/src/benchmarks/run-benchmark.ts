/** Applies each load to each method, and notes the memory of the process meanwhile. Each method answers once before, so that its code is compiled. */
import { availableParallelism } from 'node:os';
import { type Load, type LoadStep, measureLoad } from './measure-load.ts';

export interface MemorySample {
  /** From the beginning. */
  readonly seconds: number;
  /** Resident memory of the process. */
  readonly residentMb: number;
  /** JavaScript objects that are in use. */
  readonly heapMb: number;
}

export interface BenchmarkReport {
  readonly startedAt: string;
  readonly nodeVersion: string;
  readonly cores: number;
  readonly rowsPerRequest: number;
  /** All loads of the first method, then those of the next. */
  readonly steps: readonly LoadStep[];
  readonly memory: readonly MemorySample[];
}

export interface BenchmarkPlan {
  readonly rows: number;
  readonly stepSeconds: number;
  readonly clients: readonly number[];
  readonly signal: AbortSignal;
  /** Receives the share of the steps that are done, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

/** What answers a request, by its name in the report. */
export type BenchmarkedMethods = Readonly<Record<string, () => Promise<unknown>>>;

const sampleEveryMs = 250;
const mostSamples = 4_000;

export async function runBenchmark(plan: BenchmarkPlan, methods: BenchmarkedMethods): Promise<BenchmarkReport> {
  const { rows, stepSeconds, clients, signal, onProgress = () => undefined } = plan;
  for (const send of Object.values(methods)) await send();
  const startedAt = new Date().toISOString();
  const memory = new MemoryLog();
  const loads = Object.keys(methods).flatMap((method) => clients.map((count) => ({ method, clients: count })));
  const steps: LoadStep[] = [];
  const sampling = setInterval(() => memory.note(), sampleEveryMs);
  try {
    for (const load of loads) {
      const whole: Load = { ...load, rowsPerRequest: rows, durationMs: 1_000 * stepSeconds, signal };
      steps.push(await measureLoad(whole, methods[load.method]!));
      memory.note();
      onProgress(steps.length / loads.length);
    }
  } finally {
    clearInterval(sampling);
  }
  const host = { nodeVersion: process.version, cores: availableParallelism() };
  return { startedAt, ...host, rowsPerRequest: rows, steps, memory: memory.samples };
}

class MemoryLog {
  readonly samples: MemorySample[] = [];
  readonly #beganMs = performance.now();

  constructor() {
    this.note();
  }

  note(): void {
    if (this.samples.length >= mostSamples) return;
    const { rss, heapUsed } = process.memoryUsage();
    const megabytes = (bytes: number) => Math.round(bytes / 104_857.6) / 10;
    const seconds = Math.round(performance.now() - this.#beganMs) / 1_000;
    this.samples.push({ seconds, residentMb: megabytes(rss), heapMb: megabytes(heapUsed) });
  }
}
