import { expect, it } from '@jest/globals';
import { LRUCache } from 'lru-cache';
import { atMostEntries } from './lru-bound.ts';

it('keeps the most recently used entries, and reserves memory for none', () => {
  const cache = new LRUCache<string, number>(atMostEntries(2));
  for (const [value, key] of ['a', 'b', 'a', 'c'].entries()) if (cache.get(key) === undefined) cache.set(key, value);
  expect([...cache.keys()].sort()).toEqual(['a', 'c']);
  expect(cache.max).toBe(0);
});
