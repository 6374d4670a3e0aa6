/** The purse that jobs (with the tools they start) and threads spend from: this process's, inside the one that all processes of the machine share. */
import { availableParallelism } from 'node:os';
import type { Provider } from '@nestjs/common';
import { register } from 'prom-client';
import { CoreBudget, MachinePurse, usableMemoryBytes, watchBudget, watchMachine } from '#compute';
import type { PlatformConfig } from '../config/platform-config.ts';
import { Log } from '../logs/log.ts';
import type { PlatformOptions } from '../platform.options.ts';
import { Dependencies } from '../probes/dependencies.ts';
import { Lifecycle } from '../probes/lifecycle.ts';

/** The line in front of the budget is as long as there are lanes that may stand in it. */
const maxWaiters = 1_024;

export function budgetProvider({ config, compute, jobs }: PlatformOptions): Provider[] {
  if (!compute && !jobs) return [];
  const open = (log: Log, dependencies: Dependencies, lifecycle: Lifecycle) => {
    const shared = config.WORKER_BUDGET === 'machine';
    const size = shared ? machineSize(config) : processSize();
    const machine = shared ? openMachine(config, log, dependencies, lifecycle) : undefined;
    const budget = new CoreBudget({ ...ownPart(config, size), maxWaiters, ...(machine && { machine }) });
    lifecycle.onClose('budget', watchBudget(budget, register));
    return budget;
  };
  return [{ provide: CoreBudget, useFactory: open, inject: [Log, Dependencies, Lifecycle] }];
}

const bytes = (megabytes: number | undefined) => (megabytes === undefined ? undefined : megabytes * 1_048_576);

const processSize = () => ({ cores: availableParallelism(), memoryBytes: usableMemoryBytes() });

function machineSize({ WORKER_BUDGET_CORES, WORKER_BUDGET_MEMORY_MB }: PlatformConfig) {
  const here = processSize();
  return { cores: WORKER_BUDGET_CORES ?? here.cores, memoryBytes: bytes(WORKER_BUDGET_MEMORY_MB) ?? here.memoryBytes };
}

const ownPart = ({ WORKER_CORES, WORKER_MEMORY_MB }: PlatformConfig, all: ReturnType<typeof machineSize>) => ({
  cores: WORKER_CORES ?? all.cores,
  memoryBytes: bytes(WORKER_MEMORY_MB) ?? all.memoryBytes,
});

/** Without it nothing is lost but measure: it is no reason to be unready. */
function openMachine(config: PlatformConfig, log: Log, dependencies: Dependencies, lifecycle: Lifecycle): MachinePurse {
  const folder = config.WORKER_BUDGET_FOLDER;
  const machine = new MachinePurse({ machine: machineSize(config), ...(folder && { folder }), log });
  const check = () => {
    if (machine.mode === 'alone') throw new Error(`this process keeps to its own budget: ${machine.reason}`);
  };
  dependencies.add({ name: 'machine-budget', required: false, check });
  lifecycle.onClose('machine budget', () => machine.close());
  lifecycle.onClose('machine budget metrics', watchMachine(machine, register));
  return machine;
}
