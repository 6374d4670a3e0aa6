import { describe, expect, it } from '@jest/globals';
import { Histogram, Registry } from 'prom-client';
import { heapUse } from './heap-use.ts';

describe('the heap of a process', () => {
  it('is told by space, with what its collections have cost since the start', async () => {
    const registry = new Registry();
    expect(await heapUse(registry)).toMatchObject({ gcCollections: 0, gcSeconds: 0 });
    const collections = new Histogram({ name: 'nodejs_gc_duration_seconds', help: 'spec', labelNames: ['kind'], registers: [registry] });
    collections.observe({ kind: 'minor' }, 0.25);
    collections.observe({ kind: 'minor' }, 0.25);
    collections.observe({ kind: 'major' }, 0.5);
    const { spaces, ...cost } = await heapUse(registry);
    expect(cost).toEqual({ gcCollections: 3, gcSeconds: 1 });
    const old = spaces.find(({ name }) => name === 'old_space')!;
    expect(old.usedBytes).toBeGreaterThan(0);
    expect(old.sizeBytes).toBeGreaterThanOrEqual(old.usedBytes);
  });
});
