/** E-mail addresses as account names: one spelling per mailbox, so that Ana@Example.org and ana@example.org are one account. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { exactText } from '#contracts';

/** Case is folded in the local part too: RFC 5321 lets it matter, no mailbox provider in use does, and look-alike accounts are worse. */
export const normalizeEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase();

/** Reads an address and gives its normal form; at most 254 characters (RFC 5321 §4.5.3.1.3, less the brackets). */
export const emailAddress = exactText({ max: 254 })
  .transform(normalizeEmail)
  .pipe(z.email({ error: 'This is not an e-mail address.' }))
  .meta({ format: 'email', examples: ['ana@example.org'] });

/** Tells accounts apart in counts, so that no address of a person stands in Redis. */
export function emailDigest(email: string): string {
  return createHash('sha256')
    .update(normalizeEmail(email.slice(0, 320)))
    .digest('base64url')
    .slice(0, 22);
}
