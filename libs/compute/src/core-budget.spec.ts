import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { watchBudget } from './compute-metrics.ts';
import { CoreBudget } from './core-budget.ts';

const order = () => {
  const seen: string[] = [];
  return { seen, note: (name: string) => () => void seen.push(name) };
};
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('CoreBudget', () => {
  it('never hands out more cores or memory than it has', async () => {
    const budget = new CoreBudget({ cores: 4, memoryBytes: 100 });
    await budget.acquire({ cores: 2, memoryBytes: 90 });
    const { seen, note } = order();
    void budget.acquire({ cores: 1, memoryBytes: 20 }).then(note('memory'));
    await settle();
    expect(seen).toEqual([]);
    expect(budget.waiters).toBe(1);
  });

  it('serves in the order of arrival, a large request before later small ones', async () => {
    const budget = new CoreBudget({ cores: 4 });
    const first = await budget.acquire({ cores: 3 });
    const { seen, note } = order();
    void budget.acquire({ cores: 4 }).then((lease) => [note('large')(), lease.release()]);
    void budget.acquire({ cores: 1 }).then(note('small'));
    await settle();
    expect(seen).toEqual([]);
    first.release();
    await settle();
    expect(seen).toEqual(['large', 'small']);
  });

  it('does not let a small request slip past a large one when a little is given back', async () => {
    const budget = new CoreBudget({ cores: 4 });
    await budget.acquire({ cores: 2 });
    const little = await budget.acquire({ cores: 1 });
    const { seen, note } = order();
    void budget.acquire({ cores: 4 }).then(note('large'));
    void budget.acquire({ cores: 1 }).then(note('small'));
    little.release();
    await settle();
    expect(seen).toEqual([]);
  });

  it('refuses with a time to come back when the line is full', async () => {
    const budget = new CoreBudget({ cores: 1, maxWaiters: 1 });
    await budget.acquire({ cores: 1 });
    void budget.acquire({ cores: 1 });
    await expect(budget.acquire({ cores: 1 })).rejects.toMatchObject({ code: 'overloaded', retryAfterSeconds: expect.any(Number) });
  });

  it('lets those behind through when the head gives up', async () => {
    const budget = new CoreBudget({ cores: 2 });
    await budget.acquire({ cores: 1 });
    const caller = new AbortController();
    const head = budget.acquire({ cores: 2, signal: caller.signal });
    const behind = budget.acquire({ cores: 1 });
    caller.abort();
    await expect(head).rejects.toMatchObject({ code: 'cancelled' });
    expect((await behind).cores).toBe(1);
  });

  it('gives the whole budget to a request that is larger than it', async () => {
    expect(await new CoreBudget({ cores: 2, memoryBytes: 10 }).acquire({ cores: 8, memoryBytes: 99 })).toMatchObject({
      cores: 2,
      memoryBytes: 10,
    });
  });

  it('takes a lease back once, however often it is released', async () => {
    const budget = new CoreBudget({ cores: 2 });
    const [one] = [await budget.acquire({ cores: 1 }), await budget.acquire({ cores: 1 })];
    one.release();
    one.release();
    expect(budget.usedCores).toBe(1);
  });

  it('gives back what failing work had taken', async () => {
    const budget = new CoreBudget({ cores: 1 });
    await expect(budget.spend({ cores: 1 }, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(budget.usedCores).toBe(0);
  });

  it('shows what is spent', async () => {
    const registry = new Registry();
    const budget = new CoreBudget({ cores: 3, memoryBytes: 50 });
    const unwatch = watchBudget(budget, registry);
    await budget.acquire({ cores: 2, memoryBytes: 20 });
    expect(await registry.metrics()).toMatch(/compute_budget_cores_used 2\n[\s\S]*compute_budget_memory_used_bytes 20\n/);
    unwatch();
    expect(await registry.metrics()).toContain('compute_budget_cores_used 0');
  });
});
