/** E-mail addresses as keys of limits: one digest per mailbox, so that no address of a person stands in Redis. */
import { createHash } from 'node:crypto';

/** Case is folded in the local part too: RFC 5321 lets it matter, no mailbox provider in use does, and look-alike accounts are worse. */
export const normalizeEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase();

export function emailDigest(email: string): string {
  return createHash('sha256')
    .update(normalizeEmail(email.slice(0, 320)))
    .digest('base64url')
    .slice(0, 22);
}
