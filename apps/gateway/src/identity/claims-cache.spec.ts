import { describe, expect, it } from '@jest/globals';
import type { AccessClaims } from './access-token.ts';
import { ClaimsCache } from './claims-cache.ts';

const claims = (expSeconds: number): AccessClaims => ({
  sub: '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10',
  roles: ['user'],
  sid: 'c0b3b8a0-2f4e-4a3c-8f43-1d2e3f4a5b6c',
  jti: '7d0e3b54-4d5c-4b8e-9f0a-0d7b6a1c2e3f',
  iat: 0,
  exp: expSeconds,
});

describe('ClaimsCache', () => {
  it('drops a token at its expiry, to the millisecond', () => {
    let nowMs = 0;
    const connection = {};
    const cache = new ClaimsCache(() => nowMs);
    cache.set('token', claims(10));
    nowMs = 9_999;
    expect(cache.get('token', connection)?.exp).toBe(10);
    nowMs = 10_000;
    expect(cache.get('token', connection)).toBeUndefined();
  });
  it('is bounded', () => {
    const cache = new ClaimsCache(() => 0, 2);
    for (const token of ['a', 'b', 'c']) cache.set(token, claims(10));
    expect([cache.get('a', {}), cache.get('c', {})?.exp]).toEqual([undefined, 10]);
  });
  it('identifies each request by its token, not by its connection', () => {
    const cache = new ClaimsCache(() => 0);
    const connection = {};
    cache.set('mine', claims(10));
    cache.set('yours', claims(20));
    const asked = ['mine', 'mine', 'yours', 'forged', 'mine'].map((token) => cache.get(token, connection)?.exp);
    expect(asked).toEqual([10, 10, 20, undefined, 10]);
  });
});
