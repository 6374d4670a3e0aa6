import { describe, expect, it } from '@jest/globals';
import { portIn } from './infrastructure.ts';

describe('portIn', () => {
  it('is a port that was remembered', () => expect(portIn(26_405)).toBe(26_405));
  it.each(['abc', '80', -5, 0, 65_536, 1.5, null, undefined])('is nothing for %p', (value) => expect(portIn(value)).toBeUndefined());
});
