import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { watchLimiter } from './compute-metrics.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';

const recorder = () => {
  const seen: string[] = [];
  return { seen, note: (name: string) => () => void seen.push(name) };
};
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('ConcurrencyLimiter', () => {
  it('never grants more cores or memory than its limits', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 4, memoryBytes: 100 });
    await limiter.acquire({ cores: 2, memoryBytes: 90 });
    const { seen, note } = recorder();
    void limiter.acquire({ cores: 1, memoryBytes: 20 }).then(note('memory'));
    await settle();
    expect([seen, limiter.queued]).toEqual([[], 1]);
  });

  it('grants in the order of arrival, a large request before later small ones', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 4 });
    const first = await limiter.acquire({ cores: 3 });
    const { seen, note } = recorder();
    void limiter.acquire({ cores: 4 }).then((lease) => [note('large')(), lease.release()]);
    void limiter.acquire({ cores: 1 }).then(note('small'));
    await settle();
    expect(seen).toEqual([]);
    first.release();
    await settle();
    expect(seen).toEqual(['large', 'small']);
  });

  it('does not let a small request pass a large one when a part of what it needs becomes free', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 4 });
    await limiter.acquire({ cores: 2 });
    const part = await limiter.acquire({ cores: 1 });
    const { seen, note } = recorder();
    void limiter.acquire({ cores: 4 }).then(note('large'));
    void limiter.acquire({ cores: 1 }).then(note('small'));
    part.release();
    await settle();
    expect(seen).toEqual([]);
  });

  it('refuses with a retry-after time when the queue is full', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 1, maxQueue: 1 });
    await limiter.acquire({ cores: 1 });
    void limiter.acquire({ cores: 1 });
    await expect(limiter.acquire({ cores: 1 })).rejects.toMatchObject({ code: 'overloaded', retryAfterSeconds: expect.any(Number) });
  });

  it('grants to those behind when the head of the queue is aborted', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 2 });
    await limiter.acquire({ cores: 1 });
    const caller = new AbortController();
    const head = limiter.acquire({ cores: 2 }, caller.signal);
    const behind = limiter.acquire({ cores: 1 });
    caller.abort();
    await expect(head).rejects.toMatchObject({ code: 'cancelled' });
    expect((await behind).cores).toBe(1);
  });

  it('keeps a lease whose signal is aborted after the grant', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 1 });
    const [caller, first] = [new AbortController(), await limiter.acquire({ cores: 1 })];
    const second = limiter.acquire({ cores: 1 }, caller.signal);
    const third = limiter.acquire({ cores: 1 });
    first.release();
    caller.abort();
    (await second).release();
    expect((await third).cores).toBe(1);
    expect([limiter.usedCores, limiter.queued]).toEqual([1, 0]);
  });

  it('grants all that there is to a request above the limits', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 2, memoryBytes: 10 });
    expect(await limiter.acquire({ cores: 8, memoryBytes: 99 })).toMatchObject({ cores: 2, memoryBytes: 10 });
  });

  it('does not limit memory unless told to', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 2 });
    await limiter.acquire({ cores: 1, memoryBytes: 2 ** 50 });
    expect((await limiter.acquire({ cores: 1, memoryBytes: 2 ** 50 })).memoryBytes).toBe(2 ** 50);
  });

  it('takes a lease back once, however often it is released', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 2 });
    const [one] = [await limiter.acquire({ cores: 1 }), await limiter.acquire({ cores: 1 })];
    one.release();
    one.release();
    expect(limiter.usedCores).toBe(1);
  });

  it('adds tenths of cores up to whole ones', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 1 });
    const leases = await Promise.all(Array.from({ length: 10 }, () => limiter.acquire({ cores: 0.1 })));
    for (const { release } of leases) release();
    expect(limiter.usedCores).toBe(0);
  });

  it('gives back what failing work held', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 1 });
    await expect(limiter.run({ cores: 1 }, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(limiter.usedCores).toBe(0);
  });

  it('covers nested work with the lease of the outer work', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 1 });
    expect(await limiter.run({ cores: 1 }, () => limiter.run({ cores: 1 }, async () => limiter.usedCores))).toBe(1);
  });

  it.each([
    { cores: 0, memoryBytes: 1 },
    { cores: Number.NaN, memoryBytes: 1 },
    { cores: 1, memoryBytes: -1 },
  ])('refuses %j as a request and zero as a limit', async (request) => {
    await expect(new ConcurrencyLimiter({ cores: 1 }).acquire(request)).rejects.toThrow(RangeError);
    expect(() => new ConcurrencyLimiter({ cores: 1, memoryBytes: 0 })).toThrow(RangeError);
  });

  it('shows limits and use as metrics until it is no longer watched', async () => {
    const registry = new Registry();
    const limiter = new ConcurrencyLimiter({ cores: 3, memoryBytes: 50 });
    const unwatch = watchLimiter(limiter, registry);
    await limiter.acquire({ cores: 2, memoryBytes: 20 });
    expect(await registry.metrics()).toMatch(/compute_budget_cores_used 2\n[\s\S]*compute_budget_memory_used_bytes 20\n/);
    unwatch();
    expect(await registry.metrics()).toContain('compute_budget_cores_used 0');
  });
});
