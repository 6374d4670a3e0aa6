import { describe, expect, it } from '@jest/globals';
import { FeatureRows } from './feature-rows.ts';

function counted(rows: number): FeatureRows {
  const table = new FeatureRows(2);
  for (let i = 0; i < rows; i++) table.push([i, -i, 99]);
  return table;
}

describe('FeatureRows', () => {
  it('returns the pushed rows across blocks', () => {
    const table = counted(10_000);
    expect(table.count).toBe(10_000);
    for (const row of [0, 1, 4095, 4096, 4097, 9_999]) expect([table.at(row, 0), table.at(row, 1)]).toEqual([row, -row]);
  });

  it('returns its columns and is empty afterwards', () => {
    const table = counted(5_000);
    const [first, second] = table.takeColumns();
    expect([first!.length, first![4_999], second![4_999]]).toEqual([5_000, 4_999, -4_999]);
    expect(table.count).toBe(0);
    table.push([7, 8]);
    expect(table.at(0, 1)).toBe(8);
  });
});
