import { describe, expect, it } from '@jest/globals';
import { readIdempotencyKey } from './idempotency-key.ts';

describe('an Idempotency-Key', () => {
  it('is optional', () => expect(readIdempotencyKey(undefined)).toBeUndefined());
  it.each(['a', '8e03978e-40d5-43e8-bc93-6894a57f9324', 'order:42/try#1', '~'.repeat(255)])('may be %s', (key) => {
    expect(readIdempotencyKey(key)).toBe(key);
  });
  it('is the same with the quotes that the draft requires', () => expect(readIdempotencyKey('"abc"')).toBe('abc'));
  it.each([
    ['empty', ''],
    ['empty in quotes', '""'],
    ['only blanks', '   '],
    ['longer than 255', 'x'.repeat(256)],
    ['two words', 'a b'],
    ['two headers in one', 'a, b'],
    ['not ASCII', 'clavé'],
    ['with a control character', 'a\tb'],
  ])('is refused when it is %s, with a pointer to the header', (_what, key) => {
    expect(() => readIdempotencyKey(key)).toThrow(
      expect.objectContaining({ code: 'request-invalid', errors: [expect.objectContaining({ pointer: '/header/idempotency-key' })] }),
    );
  });
  it('is rejected when it is repeated', () => expect(() => readIdempotencyKey(['a', 'b'])).toThrow('visible ASCII'));
});
