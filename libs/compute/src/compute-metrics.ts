/** What Prometheus sees of compute. Several pools and budgets may share one registry: their numbers add up. */
import { Gauge, Histogram, type Registry } from 'prom-client';
import type { CoreBudget } from './core-budget.ts';
import type { MachinePurse } from './machine/machine-purse.ts';

export const taskOutcomes = ['succeeded', 'failed', 'cancelled', 'expired', 'overloaded', 'crashed'] as const;
export type TaskOutcomeLabel = (typeof taskOutcomes)[number];

export interface PoolLoad {
  /** Threads that are alive. */
  readonly threads: number;
  /** Tasks that a thread works on. */
  readonly running: number;
  /** Tasks that wait for a thread or for a core. */
  readonly queued: number;
}

const pools = new WeakMap<Registry, Set<PoolLoad>>();
const budgets = new WeakMap<Registry, Set<CoreBudget>>();
const machines = new WeakMap<Registry, Set<MachinePurse>>();

/** Shows a pool in the registry; the returned function takes it out again. */
export function watchPool(pool: PoolLoad, registry: Registry): () => void {
  const watched = setOf(pools, registry);
  sumGauge(registry, 'compute_threads', 'Worker threads that are alive.', watched, ({ threads }) => threads);
  sumGauge(registry, 'compute_tasks_running', 'Tasks that a worker thread works on.', watched, ({ running }) => running);
  sumGauge(registry, 'compute_queue_depth', 'Tasks that wait for a worker thread or a core.', watched, ({ queued }) => queued);
  watched.add(pool);
  return () => void watched.delete(pool);
}

/** Shows a budget in the registry; the returned function takes it out again. */
export function watchBudget(budget: CoreBudget, registry: Registry): () => void {
  const watched = setOf(budgets, registry);
  sumGauge(registry, 'compute_budget_cores', 'Cores that may be spent.', watched, ({ cores }) => cores);
  sumGauge(registry, 'compute_budget_cores_used', 'Cores that are spent.', watched, ({ usedCores }) => usedCores);
  sumGauge(registry, 'compute_budget_memory_bytes', 'Memory that may be spent.', watched, ({ memoryBytes }) => memoryBytes);
  sumGauge(registry, 'compute_budget_memory_used_bytes', 'Memory that is spent.', watched, ({ usedMemoryBytes }) => usedMemoryBytes);
  sumGauge(registry, 'compute_budget_waiters', 'Requests that wait for cores or memory.', watched, ({ waiters }) => waiters);
  watched.add(budget);
  return () => void watched.delete(budget);
}

/** Shows the purse of the machine, as this process sees it, in the registry; the returned function takes it out again. */
export function watchMachine(purse: MachinePurse, registry: Registry): () => void {
  const watched = setOf(machines, registry);
  const show = (name: string, help: string, read: (one: MachinePurse) => number) => sumGauge(registry, name, help, watched, read);
  show('compute_machine_shared', '1 while this process shares the budget of the machine, else 0.', ({ mode }) => Number(mode === 'shared'));
  show('compute_machine_members', 'Processes that share the budget of the machine.', ({ state }) => state.members);
  show('compute_machine_cores', 'Cores that all of them may spend.', ({ state }) => state.cores);
  show('compute_machine_cores_used', 'Cores that they spend.', ({ state }) => state.usedCores);
  show('compute_machine_memory_bytes', 'Memory that all of them may spend.', ({ state }) => state.memoryBytes);
  show('compute_machine_memory_used_bytes', 'Memory that they spend.', ({ state }) => state.usedMemoryBytes);
  show('compute_machine_waiters', 'Requests of theirs that wait for cores or memory.', ({ state }) => state.waiters);
  watched.add(purse);
  return () => void watched.delete(purse);
}

/** Seconds from the call to its outcome, waiting included. */
export function taskSeconds(registry: Registry): Histogram<'task' | 'outcome'> {
  const known = registry.getSingleMetric('compute_task_seconds');
  if (known) return known as Histogram<'task' | 'outcome'>;
  return new Histogram({
    name: 'compute_task_seconds',
    help: 'Time from asking for a task to its outcome, waiting included.',
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
