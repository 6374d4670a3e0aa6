import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { InFlightLoads } from './in-flight-loads.ts';
import { readInvalidation } from './invalidation.ts';
import { keepMs, timesOf } from './lifetimes.ts';
import { resolveRules } from './namespace-rules.ts';
import { PendingInvalidations } from './pending-invalidations.ts';
import { ageBins, binOf, startOf } from './policy/eviction-value.ts';
import { FrequencySketch } from './policy/frequency-sketch.ts';
import { hashOf } from './policy/hash.ts';
import { redisKeys } from './redis-keys.ts';
import { sizeOf } from './size-of.ts';
import { TagIndex } from './tag-index.ts';

fc.configureGlobal({ seed: 7 }); // what one run finds, the next finds too

describe('lifetimes', () => {
  it('keep a value for at most its TTL and at least nine tenths of it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (chance) => {
        const { freshUntilMs, deadAtMs } = timesOf(5_000, { ttlSeconds: 10, staleSeconds: 3 }, () => chance);
        expect(freshUntilMs).toBeLessThanOrEqual(15_000);
        expect(freshUntilMs).toBeGreaterThanOrEqual(14_000);
        expect(deadAtMs - freshUntilMs).toBeCloseTo(3_000);
      }),
    );
  });

  it('keep an unread entry for the idle limit, and none beyond its expiry', () => {
    expect([
      keepMs({ deadAtMs: 9_000 }, 1_000, 2),
      keepMs({ deadAtMs: 2_500 }, 1_000, 2),
      keepMs({ deadAtMs: 9_000 }, 1_000, undefined),
    ]).toEqual([2_000, 1_500, 8_000]);
  });
});

describe('names in Redis', () => {
  const keys = redisKeys('audio');

  it('put an entry and its lease on the same node of a cluster, whatever the key holds', () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        const tagOf = (name: string) => /\{([^}]+)\}/.exec(name)?.[1];
        expect(tagOf(keys.entry('analysis', key))).toBe(tagOf(keys.lease('analysis', key)));
        expect(keys.entry('analysis', key).length).toBeLessThan(200);
      }),
    );
  });

  it('differ for different keys', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (left, right) => left === right || keys.entry('n', left) !== keys.entry('n', right)));
  });
});

describe('names of namespaces', () => {
  it('are those that contracts let through: others would make every answer about the cache invalid', () => {
    expect(() => resolveRules({ savedVideo: {} }, {})).toThrow("'savedVideo' is no name of a namespace");
    expect([...resolveRules({ 'saved-video': {} }, {}).keys()]).toEqual(['saved-video']);
  });
});

describe('InFlightLoads', () => {
  it('returns the same promise to concurrent callers', async () => {
    const loads = new InFlightLoads();
    const gate = Promise.withResolvers<number>();
    const [first, second] = [loads.join('a', () => gate.promise), loads.join('a', () => Promise.resolve(2))];
    gate.resolve(1);
    expect([await first, await second, loads.count]).toEqual([1, 1, 0]);
  });

  it('starts a new load after an invalidation, and keeps it when the older one ends', async () => {
    const loads = new InFlightLoads();
    const gates = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
    const old = loads.join('a', (inFlight) => gates[0]!.promise.then((value) => (inFlight.invalidated ? -value : value)));
    loads.invalidate('a');
    const fresh = loads.join('a', () => gates[1]!.promise);
    gates[0]!.resolve(1);
    expect(await old).toBe(-1);
    expect(loads.join('a', () => Promise.resolve(3))).toBe(fresh);
    gates[1]!.resolve(2);
    expect(await fresh).toBe(2);
  });
});

describe('PendingInvalidations', () => {
  it('covers the keys it holds, and everything once a tag is among them', () => {
    const pending = new PendingInvalidations();
    pending.add({ kind: 'key', namespace: 'n', key: 'a' });
    expect([pending.covers('n', 'a'), pending.covers('n', 'b')]).toEqual([true, false]);
    pending.add({ kind: 'tag', tag: 't' });
    expect(pending.covers('n', 'b')).toBe(true);
    for (const target of pending.list()) pending.acknowledge(target);
    expect([pending.size, pending.covers('n', 'b')]).toEqual([0, false]);
  });

  it('keeps a target that was invalidated again meanwhile', () => {
    const pending = new PendingInvalidations();
    pending.add({ kind: 'key', namespace: 'n', key: 'a' });
    const [said] = pending.list();
    pending.add({ kind: 'key', namespace: 'n', key: 'a' });
    pending.acknowledge(said!);
    expect(pending.covers('n', 'a')).toBe(true);
  });

  it('invalidates the whole namespace beyond ten thousand keys', () => {
    const pending = new PendingInvalidations();
    for (let key = 0; key < 20_000; key++) pending.add({ kind: 'key', namespace: 'n', key: `${key}` });
    expect([pending.size, pending.covers('n', '19999')]).toEqual([10_001, true]);
  });
});

describe('readInvalidation', () => {
  it('accepts invalidations and refuses anything else', () => {
    const message = { origin: 'o', service: 's', recorded: true, kind: 'key', namespace: 'n', key: 'k' };
    expect(readInvalidation(message)).toEqual(message);
    fc.assert(fc.property(fc.anything(), (value) => expect(readInvalidation(value)).toBeUndefined()));
  });
});

describe('resolveRules', () => {
  it('divides the remaining memory evenly among namespaces without a budget', () => {
    const rules = resolveRules({ a: { maxBytes: 400_000 }, b: {}, c: {} }, { memory: { maxBytes: 1_000_000 } });
    expect([...rules.values()].map(({ maxBytes }) => maxBytes)).toEqual([400_000, 300_000, 300_000]);
  });

  it.each([[{ min: 10, max: 5 }], [{ min: 0, max: 5 }], [{ min: Number.NaN, max: 5 }]])('refuses the lifetimes %j', (ttlSeconds) => {
    expect(() => resolveRules({ a: { ttlSeconds } }, {})).toThrow('no lifetimes');
  });

  it('refuses budgets that do not fit', () => {
    expect(() => resolveRules({ a: { maxBytes: 990_000 }, b: {} }, { memory: { maxBytes: 1_000_000 } })).toThrow(RangeError);
  });
});

describe('sizeOf', () => {
  it.each([
    ['a text', 'a'.repeat(1_000), 1_000, 1_100],
    ['a text beyond Latin-1', 'ж'.repeat(1_000), 2_000, 2_100],
    ['bytes', Buffer.alloc(5_000), 5_000, 5_200],
    ['a long list of numbers', Array(100_000).fill(1.5), 800_000, 850_000],
    ['a list of records', Array.from({ length: 10_000 }, () => ({ a: 1, b: 'xxxxxxxxxxxxxxxx' })), 600_000, 1_200_000],
  ])('estimates the size of %s', (_name, value, least, most) => {
    expect(sizeOf(value)).toBeGreaterThanOrEqual(least);
    expect(sizeOf(value)).toBeLessThanOrEqual(most);
  });

  it('terminates on a cycle', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(sizeOf(circle)).toBeGreaterThan(0);
  });
});

describe('TagIndex', () => {
  it('removes a tag with its last key', () => {
    const tags = new TagIndex();
    tags.add('a', ['t', 'u']);
    tags.add('b', ['t']);
    tags.remove('a', ['t', 'u']);
    expect([tags.keysOf('t'), tags.keysOf('u'), tags.size]).toEqual([['b'], [], 1]);
  });
});

describe('age bins', () => {
  it('grow with age and hold the ages from their start on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 26 }), (age) => {
        const bin = binOf(age);
        expect(bin).toBeLessThan(ageBins);
        expect(startOf(bin)).toBeLessThanOrEqual(age);
        expect(startOf(bin + 1)).toBeGreaterThan(age);
      }),
    );
  });
});

describe('FrequencySketch', () => {
  it('never counts less than the accesses, up to fifteen', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 200 }), (keys) => {
        const sketch = new FrequencySketch(64, 1_000);
        for (const key of keys) sketch.add(hashOf(`${key}`));
        for (const key of new Set(keys)) {
          const seen = keys.filter((other) => other === key).length;
          expect(sketch.estimate(hashOf(`${key}`))).toBeGreaterThanOrEqual(Math.min(15, seen));
        }
      }),
    );
  });

  it('halves old counts', () => {
    const sketch = new FrequencySketch(64, 100);
    for (let index = 0; index < 10; index++) sketch.add(1);
    for (let index = 0; index < 90; index++) sketch.add(hashOf(`${index}`));
    expect(sketch.estimate(1)).toBeLessThanOrEqual(8);
  });
});
