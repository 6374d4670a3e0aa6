import { describe, expect, it } from '@jest/globals';
import { BufferPressure } from './buffer-pressure.ts';

describe('BufferPressure', () => {
  it('looks once for every so many bytes, however they come', () => {
    const looks: string[] = [];
    const garbage = new BufferPressure(100, ({ type }) => looks.push(type));
    for (const bytes of [60, 39, 1, 99, 1, 250, 10]) garbage.add(bytes);
    expect(looks).toEqual(['minor', 'minor', 'minor']);
  });

  it('finds the collector of this V8', () => expect(() => new BufferPressure(1).add(1)).not.toThrow());
});
