import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkDeclarative } from './check.ts';
import { keysFrom, putKeys, withKeys } from './keys.ts';
import { committedFile } from './render.ts';
import { fromYaml } from './yaml-file.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const jwk = (kid: string) => ({ ...pair.publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' });
const pem = pair.publicKey.export({ type: 'spki', format: 'pem' });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-kong-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the public keys in kong.yml', () => {
  it('are all keys of the key set, so that a rotation has no gap', async () => {
    writeFileSync(join(folder, 'jwks.json'), JSON.stringify({ keys: [jwk('old'), jwk('new')] }));
    await putKeys([join(folder, 'jwks.json'), committedFile, join(folder, 'kong.yml')]);
    const file = fromYaml(readFileSync(join(folder, 'kong.yml'), 'utf8'));
    expect(file).toMatchObject({
      consumers: [{ jwt_secrets: ['old', 'new'].map((key) => ({ key, algorithm: 'RS256', rsa_public_key: pem })) }],
    });
    expect(checkDeclarative(file)).toEqual([]);
  });
  it('are the only change', () => {
    const before = readFileSync(committedFile, 'utf8');
    const { consumers: _before, ...others } = fromYaml(before) as Record<string, unknown>;
    expect(fromYaml(withKeys(before, keysFrom({ keys: [jwk('one')] })))).toMatchObject(others);
  });
  it('are rejected when they are private', () => {
    expect(() => keysFrom({ keys: [{ ...pair.privateKey.export({ format: 'jwk' }), kid: 'x', alg: 'RS256' }] })).toThrow('private keys');
  });
  it('are rejected when there are none, or of another type', () => {
    expect(() => keysFrom({ keys: [] })).toThrow();
    expect(() => keysFrom({ keys: [{ kty: 'oct', kid: 'x', alg: 'HS256', k: 'c2VjcmV0' }] })).toThrow('private keys');
  });
});
