import { beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { entryOverheadBytes, MemoryStore, type RemovalReason } from './memory-store.ts';
import { makePolicy, strategies } from './policy/strategies.ts';

fc.configureGlobal({ seed: 7 }); // what one run finds, the next finds too

const each = 100 + entryOverheadBytes;

describe('MemoryStore', () => {
  let left: [string, RemovalReason, number][] = [];
  const storeOf = (entries: number, strategy: (typeof strategies)[number] = 'lru') =>
    new MemoryStore<unknown>({
      maxBytes: entries * each,
      policy: makePolicy(strategy, entries * each),
      onRemoved: (key, _value, reason, hits) => left.push([key, reason, hits]),
    });
  beforeEach(() => {
    left = [];
  });

  it('returns stored values, falsy ones too', () => {
    const store = storeOf(8);
    const values = [null, 0, '', false, Number.NaN];
    values.forEach((value, index) => {
      store.set(`k${index}`, value, 100);
    });
    expect(values.map((_, index) => store.get(`k${index}`))).toEqual(values);
  });

  it('reports an evicted entry and its hits', () => {
    const store = storeOf(2);
    store.set('a', 1, 100);
    store.get('a');
    store.set('b', 2, 100);
    store.set('c', 3, 100);
    expect(left).toEqual([['a', 'evicted', 1]]);
  });

  it('refuses a value larger than its budget, and removes the old value of the key', () => {
    const store = storeOf(2);
    store.set('a', 1, 100);
    expect(store.set('a', 'huge', 10_000)).toBe(false);
    expect([store.get('a'), store.bytes]).toEqual([undefined, 0]);
  });

  it.each(strategies)('never exceeds its budget and counts correctly, by %s', (strategy) => {
    const act = fc.record({
      key: fc.nat(40),
      size: fc.integer({ min: 0, max: 900 }),
      kind: fc.constantFrom('set', 'set', 'get', 'delete'),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 300 }), (acts) => {
        const store = storeOf(8, strategy);
        for (const { key, size, kind } of acts) {
          if (kind === 'set') store.set(`${key}`, key, size, 1_000 + key);
          else if (kind === 'get') expect([undefined, key]).toContain(store.get(`${key}`));
          else store.delete(`${key}`);
          expect(store.bytes).toBeLessThanOrEqual(store.maxBytes);
        }
        for (const key of [...store.keys()]) store.delete(key);
        expect([store.bytes, store.count]).toEqual([0, 0]);
      }),
      { numRuns: 40 },
    );
  });

  it.each(strategies)('keeps its entries when its policy becomes %s', (strategy) => {
    const store = storeOf(8);
    for (let key = 0; key < 8; key++) store.set(`${key}`, key, 100);
    store.usePolicy(makePolicy(strategy, store.maxBytes));
    expect(Array.from({ length: 8 }, (_, key) => store.peek(`${key}`))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    store.resize(2 * each);
    expect(store.count).toBe(2);
  });
});
