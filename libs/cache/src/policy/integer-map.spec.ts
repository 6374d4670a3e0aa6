import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { IntegerMap } from './integer-map.ts';

describe('IntegerMap', () => {
  it('holds what a Map holds after any sequence of sets and deletes', () => {
    const step = fc.tuple(fc.boolean(), fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer()), fc.nat());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const [ours, theirs] = [new IntegerMap(), new Map<number, number>()];
        for (const [isSet, key, value] of steps) {
          if (isSet) [ours.set(key, value), theirs.set(key, value)];
          else expect(ours.delete(key)).toBe(theirs.delete(key));
        }
        expect(ours.size).toBe(theirs.size);
        for (const [, key] of steps) expect(ours.get(key)).toBe(theirs.get(key) ?? -1);
      }),
      { seed: 7 },
    );
  });
});
