/** The header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07). */
import { invalidField } from '#contracts';

export const keyHeader = 'idempotency-key';
export const keyDescription =
  'Makes sending this again safe: 1 to 255 visible ASCII characters of your own making (a UUID is good). For 24 hours the same key with the same request ' +
  'gets the first answer again, with `Idempotency-Replayed: true`.';

const shape = /^[\x21-\x7e]{1,255}$/;
const quoted = /^"(.*)"$/;

/**
 * The draft requires a quoted string (RFC 8941 §3.3.3), most clients send a bare one: both are accepted as the same key.
 *
 * @returns undefined where there is no key
 * @throws Failure request-invalid for an empty, too long or repeated key, and for invisible characters
 */
export function readIdempotencyKey(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = typeof header === 'string' ? header.trim() : '';
  const key = quoted.exec(text)?.[1] ?? text;
  if (shape.test(key)) return key;
  const detail = 'An Idempotency-Key has 1 to 255 visible ASCII characters.';
  throw invalidField(`/header/${keyHeader}`, detail, 'idempotency-key');
}
