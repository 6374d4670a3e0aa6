import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { seal, unseal } from './sealed.ts';

const secret = randomBytes(32);
const plain = Buffer.from('a private key');

describe('seal', () => {
  it('opens with the same secret for the same key id', () => expect(unseal(seal(plain, secret, 'kid'), secret, 'kid')).toEqual(plain));
  it('never seals the same twice', () => expect(seal(plain, secret, 'kid')).not.toEqual(seal(plain, secret, 'kid')));
  it('opens with no other secret and for no other key id', () => {
    expect(unseal(seal(plain, secret, 'kid'), randomBytes(32), 'kid')).toBeUndefined();
    expect(unseal(seal(plain, secret, 'kid'), secret, 'other')).toBeUndefined();
  });
  it('notices every flipped byte', () => {
    const sealed = seal(plain, secret, 'kid');
    for (let index = 0; index < sealed.length; index++) {
      const broken = Buffer.from(sealed);
      broken[index]! ^= 1;
      expect(unseal(broken, secret, 'kid')).toBeUndefined();
    }
  });
  it('reads nothing into too few bytes', () => expect(unseal(Buffer.of(1, 2, 3), secret, 'kid')).toBeUndefined());
});
