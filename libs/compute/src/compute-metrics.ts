/** Prometheus metrics of this library. Several pools and limiters may share one registry: their values are summed. */
import { Gauge, Histogram, type Registry } from 'prom-client';
import type { ConcurrencyLimiter } from './concurrency-limiter.ts';

export const taskOutcomes = ['succeeded', 'failed', 'cancelled', 'expired', 'overloaded', 'crashed'] as const;
export type TaskOutcomeLabel = (typeof taskOutcomes)[number];

export interface PoolLoad {
  /** Threads that are alive. */
  readonly threads: number;
  /** Tasks that run on a thread. */
  readonly running: number;
  /** Tasks that wait for a thread or for a core. */
  readonly queued: number;
}

const pools = new WeakMap<Registry, Set<PoolLoad>>();
const limiters = new WeakMap<Registry, Set<ConcurrencyLimiter>>();

/** Adds a pool to the metrics of the registry; the returned function removes it. */
export function watchPool(pool: PoolLoad, registry: Registry): () => void {
  const watched = setOf(pools, registry);
  sumGauge(registry, 'compute_threads', 'Worker threads that are alive.', watched, ({ threads }) => threads);
  sumGauge(registry, 'compute_tasks_running', 'Tasks that run on a worker thread.', watched, ({ running }) => running);
  sumGauge(registry, 'compute_queue_depth', 'Tasks that wait for a worker thread or a core.', watched, ({ queued }) => queued);
  watched.add(pool);
  return () => void watched.delete(pool);
}

/** Adds a limiter to the metrics of the registry; the returned function removes it. */
export function watchLimiter(limiter: ConcurrencyLimiter, registry: Registry): () => void {
  const watched = setOf(limiters, registry);
  sumGauge(registry, 'compute_budget_cores', 'Cores that work may use at the same time.', watched, ({ cores }) => cores);
  sumGauge(registry, 'compute_budget_cores_used', 'Cores that work uses.', watched, ({ usedCores }) => usedCores);
  sumGauge(
    registry,
    'compute_budget_memory_bytes',
    'Memory that work may use at the same time.',
    watched,
    ({ memoryBytes }) => memoryBytes,
  );
  sumGauge(
    registry,
    'compute_budget_memory_used_bytes',
    'Memory that work uses, as declared.',
    watched,
    ({ usedMemoryBytes }) => usedMemoryBytes,
  );
  sumGauge(registry, 'compute_budget_waiters', 'Requests that wait for cores or memory.', watched, ({ queued }) => queued);
  watched.add(limiter);
  return () => void watched.delete(limiter);
}

/** Seconds from the call to its outcome, including the time in the queue. */
export function taskSeconds(registry: Registry): Histogram<'task' | 'outcome'> {
  const known = registry.getSingleMetric('compute_task_seconds');
  if (known) return known as Histogram<'task' | 'outcome'>;
  return new Histogram({
    name: 'compute_task_seconds',
    help: 'Time from the call of a task to its outcome, including the time in the queue.',
    labelNames: ['task', 'outcome'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300],
    registers: [registry],
  });
}

function setOf<T>(sets: WeakMap<Registry, Set<T>>, registry: Registry): Set<T> {
  const known = sets.get(registry) ?? new Set<T>();
  sets.set(registry, known);
  return known;
}

function sumGauge<T>(registry: Registry, name: string, help: string, watched: ReadonlySet<T>, read: (one: T) => number): void {
  if (registry.getSingleMetric(name)) return;
  const collect = function (this: Gauge) {
    this.set([...watched].reduce((sum, one) => sum + read(one), 0));
  };
  new Gauge({ name, help, registers: [registry], collect });
}
