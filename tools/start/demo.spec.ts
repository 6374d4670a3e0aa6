import { describe, expect, it } from '@jest/globals';
import { renewInMs } from './demo.ts';

const tokenUntil = (exp: number) => `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.sig`;

describe('renewInMs', () => {
  it('is halfway through what is left', () => expect(renewInMs(tokenUntil(900), 0)).toBe(450_000));
  it('is never a busy loop', () => expect(renewInMs(tokenUntil(1), 5_000)).toBe(30_000));
});
