import { describe, expect, it } from '@jest/globals';
import { boundsOf, optionsOf } from './rendition-options.ts';

const settings = { defaultLevel: 'medium', maxSizeKb: 4 } as const;
const wanted = { level: 'auto', normalize: false, measureQuality: false } as const;

describe('the bounds of auto', () => {
  it.each([
    [
      { minQuality: 3, maxSizeKb: 1 },
      { minQuality: 3, maxSizeBytes: 1_024 },
    ],
    [{ maxSizeKb: 1_000 }, { minQuality: 10, maxSizeBytes: 4_096 }],
    [{}, { minQuality: 10, maxSizeBytes: 4_096 }],
  ])('of %j keep to the size that are asked for, and to what the operator has set', (bounds, expected) => {
    expect(boundsOf(optionsOf({ ...wanted, ...bounds }, settings).options)).toEqual(expected);
  });

  it.each([{ minQuality: 3 }, { maxSizeKb: 1 }])('are refused with another level: %j', (bounds) => {
    const [field] = Object.keys(bounds);
    const refusal = expect.objectContaining({ errors: [expect.objectContaining({ pointer: `/body/${field}` })] });
    expect(() => optionsOf({ ...wanted, ...bounds, level: 'low' }, settings)).toThrow(refusal);
  });
});
