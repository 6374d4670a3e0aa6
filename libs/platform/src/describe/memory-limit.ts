/** The memory that this process may use. */
import { totalmem } from 'node:os';
import { Gauge } from 'prom-client';

/**
 * @param containerBytes memory limit of the cgroup; 0 or more than `machineBytes` without a limit
 * @returns null without a limit of its own
 */
export function memoryLimitBytes(containerBytes = process.constrainedMemory(), machineBytes = totalmem()): number | null {
  return containerBytes > 0 && containerBytes < machineBytes ? containerBytes : null;
}

new Gauge({
  name: 'process_memory_limit_bytes',
  help: 'Memory limit of the container (cgroup); the memory of the machine where there is none.',
}).set(memoryLimitBytes() ?? totalmem());
