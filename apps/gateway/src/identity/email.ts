/** E-mail addresses as account names: one spelling per mailbox, so that Ana@Example.org and ana@example.org are one account. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { exactText } from '#contracts';

/** The local part is lower-cased too: RFC 5321 allows case sensitivity, but no common provider uses it, and look-alike accounts are a risk. */
export const normalizeEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase();

/** Parses and normalises an address; at most 254 characters (RFC 5321 §4.5.3.1.3, less the brackets). */
export const emailAddress = exactText({ max: 254 })
  .transform(normalizeEmail)
  .pipe(z.email({ error: 'This is not an e-mail address.' }))
  .meta({ format: 'email', examples: ['ana@example.org'] });

/** Hashed account id for counters, so that Redis stores no e-mail addresses. */
export function emailDigest(email: string): string {
  return createHash('sha256')
    .update(normalizeEmail(email.slice(0, 320)))
    .digest('base64url')
    .slice(0, 22);
}
