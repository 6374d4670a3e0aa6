/** The limit of cores and memory that jobs (with the tools that they start) and worker threads of this process share. */
import { availableParallelism, totalmem } from 'node:os';
import type { Provider } from '@nestjs/common';
import { register } from 'prom-client';
import { ConcurrencyLimiter, setToolNiceness, watchLimiter } from '#compute';
import type { PlatformConfig } from '../config/platform-config.ts';
import type { PlatformOptions } from '../platform.options.ts';
import { Lifecycle } from '../probes/lifecycle.ts';

/** Job slots queue here before they claim a job: 4 kinds of jobs with at most 256 slots (WORKER_PROCESSES) each. */
const maxQueue = 1_024;

export function concurrencyLimiterProvider({ config, compute, jobs }: PlatformOptions): Provider[] {
  if (!compute && !jobs) return [];
  const open = (lifecycle: Lifecycle) => {
    setToolNiceness(config.WORKER_NICENESS);
    const limiter = new ConcurrencyLimiter({ ...limitsOf(config), maxQueue });
    lifecycle.onClose('concurrency limiter', watchLimiter(limiter, register));
    return limiter;
  };
  return [{ provide: ConcurrencyLimiter, useFactory: open, inject: [Lifecycle] }];
}

const limitsOf = ({ WORKER_CORES, WORKER_MEMORY_MB }: PlatformConfig) => ({
  cores: WORKER_CORES ?? availableParallelism(),
  memoryBytes: WORKER_MEMORY_MB === undefined ? defaultMemoryBytes() : WORKER_MEMORY_MB * 1_048_576,
});

/**
 * In a container with a memory limit, a process may use three quarters of the limit. On a machine, three services run jobs (audio, video, posts): each
 * may use a quarter of its memory, and the last quarter is for everything else.
 *
 * @param containerBytes memory limit of the cgroup; 0 or more than `machineBytes` without a limit
 */
export function defaultMemoryBytes(containerBytes = process.constrainedMemory(), machineBytes = totalmem()): number {
  const isContained = containerBytes > 0 && containerBytes < machineBytes;
  return Math.floor(isContained ? 0.75 * containerBytes : 0.25 * machineBytes);
}
