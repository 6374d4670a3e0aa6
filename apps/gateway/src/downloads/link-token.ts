/**
 * What a link to a file carries: whose file, which resource, until when, signed. Opaque to clients.
 *
 * `owner (16 bytes) | resource (16) | expiry, Unix seconds (6, big-endian) | HMAC-SHA-256 of those (32)`, in base64url: 94 characters.
 */
import { timingSafeEqual } from 'node:crypto';

export interface LinkClaim {
  readonly ownerId: string;
  readonly resourceId: string;
  /** Unix time in seconds; the link is good before it. */
  readonly expiresAt: number;
}

/** HMAC-SHA-256 under a key that nobody else has. */
export type Sign = (text: string) => Promise<Buffer>;

const bodyBytes = 38;
const tokenBytes = 70;

export async function writeLinkToken({ ownerId, resourceId, expiresAt }: LinkClaim, sign: Sign): Promise<string> {
  const body = Buffer.alloc(bodyBytes);
  bytesOf(ownerId).copy(body, 0);
  bytesOf(resourceId).copy(body, 16);
  body.writeUIntBE(expiresAt, 32, 6);
  return Buffer.concat([body, await sign(body.toString('hex'))]).toString('base64url');
}

/** @returns undefined for whatever was not signed by us, byte for byte; the expiry is for the caller to judge */
export async function readLinkToken(token: string, sign: Sign): Promise<LinkClaim | undefined> {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== tokenBytes || bytes.toString('base64url') !== token) return undefined;
  const body = bytes.subarray(0, bodyBytes);
  if (!timingSafeEqual(await sign(body.toString('hex')), bytes.subarray(bodyBytes))) return undefined;
  return { ownerId: uuidOf(body.subarray(0, 16)), resourceId: uuidOf(body.subarray(16, 32)), expiresAt: body.readUIntBE(32, 6) };
}

const bytesOf = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex');
const uuidOf = (bytes: Buffer) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
