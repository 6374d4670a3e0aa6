/** Passwords at rest: argon2id (RFC 9106) by Node's own crypto, written as a PHC string that carries its parameters. */
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

const derive = promisify(crypto.argon2); // by property: Node 20 does not export it, and has to get as far as saying that it is too old
const phcShape = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

/** NFKC, so that a password typed on another keyboard is the same password (NIST SP 800-63B §5.1.1.2). */
function digest(password: string, { memoryKib, passes, lanes }: Argon2Cost, salt: Buffer, tagLength: number): Promise<Buffer> {
  const message = Buffer.from(password.normalize('NFKC'));
  return derive('argon2id', { message, nonce: salt, parallelism: lanes, tagLength, memory: memoryKib, passes });
}

/** @returns `$argon2id$v=19$m=…,t=…,p=…$salt$hash` */
export async function hashPassword(password: string, cost: Argon2Cost = currentCost): Promise<string> {
  const salt = randomBytes(16);
  return write({ cost, salt, hash: await digest(password, cost, salt, 32) });
}

/** The hash of no password at all: as dear to check as any other, and it never matches. */
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

/** Whether a hash was made more cheaply than we make them now. */
export function isOutdated(phc: string, wanted: Argon2Cost = currentCost): boolean {
  const { cost } = parse(phc);
  return cost.memoryKib < wanted.memoryKib || cost.passes < wanted.passes;
}
