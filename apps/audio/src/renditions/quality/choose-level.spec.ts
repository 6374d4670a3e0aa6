import { describe, expect, it } from '@jest/globals';
import { chooseLevel, type TriedLevel } from './choose-level.ts';

const tried: TriedLevel[] = [
  { level: 'ultra_low', sizeBytes: 100, segmentalSnrDb: 2 },
  { level: 'low', sizeBytes: 200, segmentalSnrDb: 8 },
  { level: 'medium', sizeBytes: 300, segmentalSnrDb: 14 },
];
const any = Number.POSITIVE_INFINITY;

describe('chooseLevel', () => {
  it.each([
    [3, { minQuality: 8, maxSizeBytes: any }, { level: 'low', decidedBy: 'min-quality' }],
    [2, { minQuality: 10, maxSizeBytes: any }, 'try-next'],
    [3, { minQuality: 30, maxSizeBytes: any }, { level: 'medium', decidedBy: 'best-possible' }],
    [3, { minQuality: 10, maxSizeBytes: 250 }, { level: 'low', decidedBy: 'max-size' }],
    [3, { minQuality: 8, maxSizeBytes: 200 }, { level: 'low', decidedBy: 'min-quality' }],
    [1, { minQuality: 0, maxSizeBytes: 99 }, 'nothing-fits'],
    [1, { minQuality: 9, maxSizeBytes: 100 }, 'try-next'],
  ] as const)('of %d levels with %j chooses %j', (count, bounds, expected) =>
    expect(chooseLevel(tried.slice(0, count), count < 3, bounds)).toEqual(expected),
  );
});
