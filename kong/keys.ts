/**
 * Writes the gateway's public keys into the declarative file. Run it before Kong starts and after a key rotation:
 *
 *     node --conditions=source kong/keys.ts http://gateway:3000/.well-known/jwks.json kong/kong.yml /run/kong/kong.yml
 */
import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { fromYaml, toFile, toYaml } from './yaml-file.ts';

const jwks = z.object({
  keys: z.array(z.object({ kty: z.literal('RSA'), alg: z.literal('RS256'), kid: z.string(), n: z.string(), e: z.string() })).min(1),
});
const declarative = z.looseObject({ consumers: z.tuple([z.looseObject({ username: z.string(), jwt_secrets: z.array(z.unknown()) })]) });

/** @param set a JSON Web Key Set; private members are rejected, not removed: they indicate the wrong file */
export function keysFrom(set: unknown): { kid: string; pem: string }[] {
  if (JSON.stringify(set).match(/"(d|p|q|dp|dq|qi|k)":/)) throw new RangeError('the key set contains private keys');
  return jwks.parse(set).keys.map(({ kid, kty, n, e }) => ({
    kid,
    pem: createPublicKey({ key: { kty, n, e }, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString(),
  }));
}

/** The same file with these keys, all of them valid. */
export function withKeys(file: string, keys: readonly { kid: string; pem: string }[]): string {
  const config = declarative.parse(fromYaml(file));
  const credentials = keys.map(({ kid, pem }) => ({ key: kid, algorithm: 'RS256', rsa_public_key: pem }));
  return toYaml({ ...config, consumers: [{ ...config.consumers[0], jwt_secrets: credentials }] });
}

async function readSet(from: string): Promise<unknown> {
  if (!from.startsWith('http')) return JSON.parse(await readFile(from, 'utf8'));
  const answer = await fetch(from, { signal: AbortSignal.timeout(10_000), redirect: 'error' });
  if (!answer.ok) throw new Error(`${new URL(from).pathname} answered ${answer.status}`);
  return answer.json();
}

export async function putKeys([from, file, into]: readonly string[]): Promise<void> {
  if (!from || !file || !into) throw new RangeError('usage: node kong/keys.ts JWKS_URL_OR_FILE KONG_YML RESULT');
  await toFile(into, withKeys(await readFile(file, 'utf8'), keysFrom(await readSet(from))));
}

if (import.meta.main) await putKeys(process.argv.slice(2));
