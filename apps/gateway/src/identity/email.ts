/** E-mail addresses as account names: one spelling per mailbox, so that Ana@Example.org and ana@example.org are one account. */
import * as z from 'zod';
import { exactText } from '#contracts';
import { normalizeEmail } from '../http/limits/email-digest.ts';

/** Reads an address and gives its normal form; at most 254 characters (RFC 5321 §4.5.3.1.3, less the brackets). */
export const emailAddress = exactText({ max: 254 })
  .transform(normalizeEmail)
  .pipe(z.email({ error: 'This is not an e-mail address.' }))
  .meta({ format: 'email', examples: ['ana@example.org'] });
