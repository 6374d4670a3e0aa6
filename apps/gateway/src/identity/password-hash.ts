/** Password hashes: argon2id (RFC 9106) from node:crypto, encoded as a PHC string. */
import crypto, { randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

export interface Argon2Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/** OWASP's password storage cheat sheet: 19 MiB, two passes, one lane. */
export const currentCost: Argon2Cost = { memoryKib: 19_456, passes: 2, lanes: 1 };

interface ParsedHash {
  readonly cost: Argon2Cost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const derive = promisify(crypto.argon2); // property access: Node 20 has no such export, and must be able to load this file to report its version
const phcShape = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

/** NFKC normalisation (NIST SP 800-63B §5.1.1.2): input methods differ in their encoding. */
function digest(password: string, { memoryKib, passes, lanes }: Argon2Cost, salt: Buffer, tagLength: number): Promise<Buffer> {
  const message = Buffer.from(password.normalize('NFKC'));
  return derive('argon2id', { message, nonce: salt, parallelism: lanes, tagLength, memory: memoryKib, passes });
}

/** @returns `$argon2id$v=19$m=…,t=…,p=…$salt$hash` */
export async function hashPassword(password: string, cost: Argon2Cost = currentCost): Promise<string> {
  const salt = randomBytes(16);
  return write({ cost, salt, hash: await digest(password, cost, salt, 32) });
}

/** A hash that matches no password, with the same verification cost. */
export const decoyHash = (cost: Argon2Cost = currentCost): string => write({ cost, salt: randomBytes(16), hash: randomBytes(32) });

const write = ({ cost, salt, hash }: ParsedHash): string =>
  `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=${cost.lanes}$${base64(salt)}$${base64(hash)}`;

function parse(phc: string): ParsedHash {
  const [, memory, passes, lanes, salt, hash] = phcShape.exec(phc) ?? [];
  if (!salt || !hash) throw new RangeError('not an argon2id PHC string');
  const cost = { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  return { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

/** Compares in constant time. @throws RangeError when `phc` is not an argon2id PHC string */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const { cost, salt, hash } = parse(phc);
  return timingSafeEqual(await digest(password, cost, salt, hash.length), hash);
}

/** Whether a hash has a lower cost than the current parameters. */
export function isOutdated(phc: string, wanted: Argon2Cost = currentCost): boolean {
  const { cost } = parse(phc);
  return cost.memoryKib < wanted.memoryKib || cost.passes < wanted.passes;
}
