import { describe, expect, it } from '@jest/globals';
import { emailAddress } from './email.ts';

describe('emailAddress', () => {
  it.each([
    ['Ana@Example.ORG', 'ana@example.org'],
    ['  ana+tracks@example.org ', 'ana+tracks@example.org'],
  ])('reads %j as %s', (written, normal) => expect(emailAddress.parse(written)).toBe(normal));
  it.each(['', 'ana', 'ana@', '@example.org', 'a b@example.org', 'ana@example.org\r\nBcc: x@y.z', `${'a'.repeat(250)}@example.org`])(
    'refuses %j',
    (written) => expect(emailAddress.safeParse(written).success).toBe(false),
  );
});
