import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readLinkToken, type Sign, writeLinkToken } from './link-token.ts';

const signedWith =
  (key: string): Sign =>
  async (text) =>
    createHmac('sha256', key).update(text).digest();
const sign = signedWith('ours');
const claim = {
  ownerId: '3f0c97aa-1234-4abc-8def-0123456789ab',
  resourceId: '00000000-0000-4000-8000-00000000000f',
  expiresAt: 1_795_219_200,
};

describe('a link token', () => {
  it('says what it was made for, and fits into a path', async () => {
    const token = await writeLinkToken(claim, sign);
    expect(token).toMatch(/^[A-Za-z0-9_-]{94}$/);
    expect(await readLinkToken(token, sign)).toEqual(claim);
  });
  it('is nothing once a single character differs', async () => {
    const token = await writeLinkToken(claim, sign);
    for (let i = 0; i < token.length; i++) {
      const forged = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
      expect(await readLinkToken(forged, sign)).toBeUndefined();
    }
  });
  it('is nothing under another key', async () => {
    expect(await readLinkToken(await writeLinkToken(claim, signedWith('theirs')), sign)).toBeUndefined();
  });
  it.each(['', 'x', '../../etc/passwd', 'A'.repeat(94), 'A'.repeat(2_000), '\0'])('is not %j', async (token) => {
    expect(await readLinkToken(token, sign)).toBeUndefined();
  });
  it('has one spelling', async () => {
    const token = await writeLinkToken(claim, sign);
    for (const other of [`${token}=`, `${token}==`, ` ${token}`, token.replaceAll('-', '+').replaceAll('_', '/').concat('=')])
      expect(await readLinkToken(other, sign)).toBeUndefined();
  });
});
