import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { hashOf } from './hash.ts';
import type { EvictionPolicy } from './policy.ts';
import { ShadowCache } from './shadow-cache.ts';
import { policies, strategies } from './strategies.ts';

fc.configureGlobal({ seed: 7 }); // what one run finds, the next finds too

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('add' as const), key: fc.nat(60), cost: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('hit' as const), key: fc.nat(60), cost: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('evict' as const), key: fc.constant(0), cost: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('remove' as const), key: fc.nat(60), cost: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('resize' as const), key: fc.constant(0), cost: fc.integer({ min: 10, max: 80 }) }) },
);

/** Slots are the keys here, so a resident is simply a number. */
function play(policy: EvictionPolicy, steps: readonly { act: string; key: number; cost: number }[]): Set<number> {
  const residents = new Set<number>();
  for (const { act, key, cost } of steps) {
    if (act === 'resize') policy.resize(cost);
    else if (act === 'evict') {
      const left = policy.evict();
      expect(residents.delete(left)).toBe(left >= 0);
    } else if (act === 'add' && !residents.has(key)) {
      residents.add(key);
      policy.add(key, hashOf(`${key}`), cost, 1_000 + key);
    } else if (act === 'hit' && residents.has(key)) policy.hit(key);
    else if (act === 'remove' && residents.delete(key)) policy.remove(key);
  }
  return residents;
}

const ascending = (slots: Iterable<number>) => [...slots].sort((left, right) => left - right);

/** Runs keys through a cache of `size` entries. @returns hits */
function hitsOf(policy: EvictionPolicy, size: number, keys: Iterable<number>): number {
  const residents = new Set<number>();
  let hits = 0;
  for (const key of keys) {
    if (residents.has(key)) {
      hits += 1;
      policy.hit(key);
      continue;
    }
    residents.add(key);
    policy.add(key, hashOf(`${key}`), 1, Number.POSITIVE_INFINITY);
    if (residents.size > size) residents.delete(policy.evict());
  }
  return hits;
}

function* popular(count: number, keys: number): Generator<number> {
  let state = 7;
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    yield Math.floor((state / 2 ** 32) ** 4 * keys);
  }
}

describe.each(Object.entries(policies))('%s', (_name, make) => {
  it('evicts every entry exactly once, and only entries that it holds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const policy = make(40);
        const residents = play(policy, steps);
        const left: number[] = [];
        for (let slot = policy.evict(); slot >= 0; slot = policy.evict()) left.push(slot);
        expect(ascending(left)).toEqual(ascending(residents));
      }),
      { numRuns: 30 },
    );
  });

  it('lists every entry once in its order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const policy = make(40);
        const residents = play(policy, steps);
        expect(ascending(policy.order())).toEqual(ascending(residents));
      }),
      { numRuns: 20 },
    );
  });

  it('holds nothing at first', () => expect([make(10).evict(), make(10).order()]).toEqual([-1, []]));

  it('hits every key when all fit', () => {
    const keys = Array.from({ length: 500 }, (_, index) => index % 50);
    expect(hitsOf(make(50), 50, keys)).toBe(450);
  });
});

describe.each(Object.keys(policies).filter((name) => name !== 'ttl'))('%s', (name) => {
  it('keeps more of the popular keys than a random choice', () => {
    const keys = [...popular(10_000, 2_000)];
    expect(hitsOf(policies[name]!(100), 100, keys) / keys.length).toBeGreaterThan(0.3);
  });
});

/** Recency that drifts: the next key is usually one of the latest few hundred. */
function* drifting(count: number): Generator<number> {
  let at = 0;
  for (const back of popular(count, 800)) yield Math.floor(at++ / 6) - back;
}

describe.each(Object.entries(policies))('%s', (_name, make) => {
  it('has the same hits in a shadow cache of fractional size as in a cache', () => {
    const hitsIn = (capacity: number) => {
      const shadow = new ShadowCache(capacity, make(capacity));
      return [...drifting(12_000)].filter((key) => shadow.access(hashOf(`${key}`), 1, Number.POSITIVE_INFINITY)).length;
    };
    expect(Math.abs(hitsIn(200.9) - hitsIn(200))).toBeLessThan(0.03 * 12_000);
  });
});

describe('the published policies', () => {
  const filled = (name: string, size: number) => {
    const policy = policies[name]!(size);
    for (let slot = 0; slot < size; slot++) policy.add(slot, hashOf(`${slot}`), 1, 1_000 - slot);
    return policy;
  };

  it('lru evicts the least recently used entry', () => {
    const policy = filled('lru', 4);
    policy.hit(0);
    expect(policy.evict()).toBe(1);
  });

  it('lfu evicts the least frequently used entry', () => {
    const policy = filled('lfu', 4);
    for (const slot of [0, 1, 3, 0]) policy.hit(slot);
    expect(policy.evict()).toBe(2);
  });

  it('ttl evicts the entry that expires first', () => {
    const policy = filled('ttl', 4);
    policy.hit(3);
    expect(policy.evict()).toBe(3);
  });

  it('arc, s3-fifo, sieve and w-tiny-lfu keep reused entries through a scan', () => {
    for (const name of ['arc', 's3-fifo', 'sieve', 'w-tiny-lfu']) {
      const scan = Array.from({ length: 2_000 }, (_, index) => 1_000 + index);
      const loved = Array.from({ length: 400 }, (_, index) => index % 20);
      expect(hitsOf(policies[name]!(100), 100, [...loved, ...scan.slice(0, 90), ...loved.slice(0, 20)])).toBe(400);
    }
  });
});

describe('the adaptive policies', () => {
  const loop = Array.from({ length: 20_000 }, (_, index) => index % 1_000);

  it('keep a part of a loop that does not fit, where lru has no hits', () => {
    expect(hitsOf(policies.lru!(200), 200, loop)).toBe(0);
    for (const name of ['predictive', 'adaptive']) expect(hitsOf(policies[name]!(200), 200, loop) / loop.length).toBeGreaterThan(0.12);
  });

  it('adapt when a loop changes into popular keys, and back', () => {
    const changing = [...loop, ...popular(20_000, 2_000), ...loop];
    const best = Math.max(
      ...['lru', 'lfu', 'arc', 's3-fifo', 'sieve', 'w-tiny-lfu'].map((name) => hitsOf(policies[name]!(200), 200, changing)),
    );
    expect(hitsOf(policies.adaptive!(200), 200, changing)).toBeGreaterThan(best - 0.02 * changing.length);
  });

  it('are all offered as strategies', () => expect([...strategies]).toEqual(['lru', 'lfu', 'ttl', 'predictive', 'adaptive']));
});
