/** Statistics of processors, and their Prometheus metrics. */
import { Gauge, type Registry } from 'prom-client';

export interface ProcessorStatistics {
  readonly processed: number;
  readonly failed: number;
  /** 0 to 1; 1 while nothing has ended. */
  readonly successRate: number;
  /** From the start of the first attempt to the end of the last. */
  readonly averageMs: number;
  readonly queueSize: number;
  readonly running: number;
  /** Items that may be worked on at a time now. */
  readonly workers: number;
  /** The time limit of an attempt now. */
  readonly timeoutMs: number;
}

interface Watched {
  readonly statistics: ProcessorStatistics;
}

const gauges = {
  processor_items: ['Items that were worked on to their end, since the start.', ({ processed }) => processed],
  processor_failed_items: ['Items that failed after all attempts, since the start.', ({ failed }) => failed],
  processor_queue_size: ['Items that wait for a worker.', ({ queueSize }) => queueSize],
  processor_workers: ['Items that may be worked on at the same time.', ({ workers }) => workers],
  processor_average_seconds: ['Average time of an item with all its attempts.', ({ averageMs }) => averageMs / 1_000],
  processor_timeout_seconds: ['Time limit of an attempt.', ({ timeoutMs }) => timeoutMs / 1_000],
} as const satisfies Record<string, readonly [help: string, read: (statistics: ProcessorStatistics) => number]>;

const watched = new WeakMap<Registry, Map<string, Watched>>();

/** Adds a processor to the metrics of the registry; the returned function removes it. */
export function watchProcessor(name: string, processor: Watched, registry: Registry): () => void {
  const processors = watched.get(registry) ?? new Map<string, Watched>();
  watched.set(registry, processors);
  processors.set(name, processor);
  for (const [metric, [help, read]] of Object.entries(gauges)) {
    if (registry.getSingleMetric(metric)) continue;
    const collect = function (this: Gauge<'processor'>) {
      this.reset();
      for (const [processor, { statistics }] of processors) this.set({ processor }, read(statistics));
    };
    new Gauge({ name: metric, help, labelNames: ['processor'], registers: [registry], collect });
  }
  return () => void (processors.get(name) === processor && processors.delete(name));
}
