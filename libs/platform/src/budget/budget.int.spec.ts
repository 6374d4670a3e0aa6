import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FactoryProvider } from '@nestjs/common';
import { register } from 'prom-client';
import type { CoreBudget } from '#compute';
import { platformConfig } from '../config/platform-config.ts';
import { Log } from '../logs/log.ts';
import { Dependencies } from '../probes/dependencies.ts';
import { Lifecycle } from '../probes/lifecycle.ts';
import { budgetProvider } from './budget.provider.ts';

let folder: string;
const lines: string[] = [];
const log = Log.open({ service: 'audio', instance: '1', level: 'info' }, { write: (line) => void lines.push(line) });
const lifecycles: Lifecycle[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'budget-'));
  lines.length = 0;
});
afterEach(async () => {
  for (const one of lifecycles.splice(0)) await one.close(log);
  rmSync(folder, { recursive: true, force: true });
});

const config = (settings: object) =>
  platformConfig.parse({
    DATABASE_URL: 'postgres://localhost/x',
    REDIS_URL: 'redis://localhost',
    NATS_URL: 'nats://localhost',
    BLOB_STORE_URL: 'file:///x',
    WORKER_BUDGET_FOLDER: join(folder, 'shared'),
    ...settings,
  });

/** What one service would have. */
function open(settings: object) {
  const [dependencies, lifecycle] = [new Dependencies(), new Lifecycle()];
  lifecycles.push(lifecycle);
  const [provider] = budgetProvider({ name: 'audio', config: config(settings), compute: true }) as [FactoryProvider<CoreBudget>];
  const budget = provider.useFactory(log, dependencies, lifecycle) as CoreBudget;
  return { budget, dependencies, lifecycle };
}
const metric = async (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(await register.metrics())?.[1]);

describe('the budget of a service', () => {
  it('is a part of the machine’s, where it is told a part', async () => {
    const one = open({ WORKER_BUDGET_CORES: '3', WORKER_BUDGET_MEMORY_MB: '100', WORKER_CORES: '2' });
    expect([one.budget.cores, one.budget.memoryBytes]).toEqual([2, 100 * 1_048_576]);
    const other = open({ WORKER_BUDGET_CORES: '3', WORKER_BUDGET_MEMORY_MB: '100' });
    const first = await one.budget.acquire({ cores: 9 });
    expect(first.cores).toBe(2);
    await other.budget.acquire({ cores: 1 });
    const second = other.budget.acquire({ cores: 1 });
    expect(await Promise.race([second.then(() => 'taken'), new Promise((resolve) => setImmediate(resolve))])).toBeUndefined();
    first.release();
    expect((await second).cores).toBe(1);
    expect(await metric('compute_machine_shared')).toBe(2); // two of them in this one process
    expect(await one.dependencies.check()).toEqual([{ name: 'machine-budget', required: false, up: true }]);
  });

  it('leaves nothing behind but a lock', async () => {
    const { budget, lifecycle } = open({});
    await budget.acquire({ cores: 1 });
    await lifecycle.close(log);
    expect(readdirSync(join(folder, 'shared'))).toEqual(['budget-v1.lock']);
  });

  it('is its own where sharing is not wanted', async () => {
    const { budget, dependencies } = open({ WORKER_BUDGET: 'process', WORKER_CORES: '1.5' });
    expect((await budget.acquire({ cores: 4 })).cores).toBe(1.5);
    expect([dependencies.all, readdirSync(folder)]).toEqual([[], []]);
  });

  it('is its own where sharing is not possible; the log, a metric and the probe say so, and it is ready all the same', async () => {
    writeFileSync(join(folder, 'shared'), '');
    const { budget, dependencies } = open({});
    expect((await budget.acquire({ cores: 1 })).cores).toBe(1);
    expect(await metric('compute_machine_shared')).toBe(0);
    expect(await dependencies.check()).toEqual([
      {
        name: 'machine-budget',
        required: false,
        up: false,
        detail: expect.stringMatching(/^this process keeps to its own budget: EEXIST/),
      },
    ]);
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(['warn']);
  });
});
