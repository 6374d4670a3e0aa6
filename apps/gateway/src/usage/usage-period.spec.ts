import { describe, expect, it } from '@jest/globals';
import { periodOf } from './usage-period.ts';

const now = Date.parse('2026-11-28T23:59:59Z');

describe('the period of a usage report', () => {
  it('is the last 30 days, today included', () => expect(periodOf({}, now)).toEqual({ from: '2026-10-30', to: '2026-11-28' }));
  it('may be one day', () =>
    expect(periodOf({ from: '2026-01-01', to: '2026-01-01' }, now)).toEqual({ from: '2026-01-01', to: '2026-01-01' }));
  it.each([
    ['2026-11-29', undefined],
    ['2024-01-01', '2026-01-01'],
  ])('is refused from %s to %s', (from, to) =>
    expect(() => periodOf({ from, to }, now)).toThrow(expect.objectContaining({ code: 'request-invalid' })),
  );
});
