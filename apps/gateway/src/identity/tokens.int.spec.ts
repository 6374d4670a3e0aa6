import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, exportJWK, type JWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';
import { SigningKeySet } from './signing-key-set.ts';

let gateway: OwnGateway;
let token: string;
let key: { kid: string; privateKey: KeyObject };
beforeAll(async () => {
  gateway = await startGateway();
  const account = { email: 'ana@example.org', password: 'correct horse battery' };
  await gateway.ask('POST', '/v1/auth/register', { body: account });
  token = (await gateway.ask('POST', '/v1/auth/login', { body: account })).json.accessToken;
  key = await gateway.app.get(SigningKeySet, { strict: false }).signing();
});
afterAll(() => gateway.stop());

const me = (authorization: string) => gateway.ask('GET', '/v1/me', { headers: { authorization } });
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token that our own key signed, but for what the attack changes. */
function signed(claims: JWTPayload = {}, header: Partial<JWTHeaderParameters> = {}, by: KeyObject = key.privateKey): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const times = { iat: now, exp: now + 900 };
  return new SignJWT({ ...decodeJwt(token), ...times, ...claims })
    .setProtectedHeader({ ...(decodeProtectedHeader(token) as JWTHeaderParameters), ...header })
    .sign(by);
}

/** HS256 with the public key as the shared secret: the classic confusion of algorithms. */
async function confused(): Promise<string> {
  const { json } = await gateway.ask('GET', '/.well-known/jwks.json');
  const pem = createPublicKey({ key: json.keys[0] as JWK, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const head = `${base64({ alg: 'HS256', typ: 'at+jwt', kid: key.kid })}.${token.split('.')[1]}`;
  return `${head}.${createHmac('sha256', pem).update(head).digest('base64url')}`;
}

const stranger = generateKeyPairSync('rsa', { modulusLength: 2_048 });

const attacks: [string, () => string | Promise<string>][] = [
  ['no signature at all', () => `${base64({ alg: 'none', typ: 'at+jwt', kid: key.kid })}.${token.split('.')[1]}.`],
  ['alg none with our signature', () => `${base64({ alg: 'none', typ: 'at+jwt', kid: key.kid })}.${token.split('.').slice(1).join('.')}`],
  ['the public key as an HMAC secret', confused],
  ['a changed claim', () => [token.split('.')[0], base64({ ...decodeJwt(token), roles: ['operator'] }), token.split('.')[2]].join('.')],
  ['a truncated signature', () => token.slice(0, -8)],
  ['a stranger’s signature under our kid', () => signed({}, {}, stranger.privateKey)],
  ['a key of its own in the header', async () => signed({}, { jwk: (await exportJWK(stranger.publicKey)) as JWK }, stranger.privateKey)],
  ['a key address in the header', () => signed({}, { jku: 'http://127.0.0.1:1/jwks.json' }, stranger.privateKey)],
  ['an unknown kid', () => signed({}, { kid: 'unknown' })],
  ['a kid that is a path', () => signed({}, { kid: '../../../dev/null' })],
  ['a kid that is SQL', () => signed({}, { kid: "' OR 1=1 --" })],
  ['no kid', () => signed({}, { kid: undefined as unknown as string })],
  ['another type of token', () => signed({}, { typ: 'JWT' })],
  ['an expired token', () => signed({ exp: Math.floor(Date.now() / 1_000) - 1 })],
  ['a token that never expires', () => signed({ exp: undefined })],
  ['a token not valid yet', () => signed({ nbf: Math.floor(Date.now() / 1_000) + 600 })],
  ['another issuer', () => signed({ iss: 'somebody-else' })],
  ['another audience', () => signed({ aud: 'somebody-else' })],
  ['no subject', () => signed({ sub: undefined })],
  ['a subject that is no id', () => signed({ sub: 'admin' })],
  ['roles that do not exist', () => signed({ roles: ['root'] })],
  ['an RS512 signature', () => signed({}, { alg: 'RS512' })],
];

describe('access is denied for', () => {
  it.each(attacks)('%s', async (_what, forge) => {
    const { status, json, headers } = await me(`Bearer ${await forge()}`);
    expect([status, json.code]).toEqual([401, 'unauthenticated']);
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
  });
  it.each(['', 'Bearer', 'Bearer ', 'Bearer a b', 'Basic YTpi', 'bearer x.y', `Bearer ${'a'.repeat(8_000)}.b.c`])(
    'the header %j',
    async (header) => expect((await me(header)).status).toBe(401),
  );
  it('a token in the query', async () => {
    expect((await gateway.ask('GET', `/v1/me?access_token=${token}`)).status).toBe(401);
  });
  it('a refresh token in place of an access token', async () => {
    expect((await me('Bearer gDq0v3lq3n1m2fQpZp0m0QmE3V8Jc9Qb9o1Y2d3e4f5')).status).toBe(401);
  });
});

describe('a good token', () => {
  it('is accepted at first and from the cache, and a forged copy of it is not', async () => {
    const fresh = await signed();
    expect([(await me(`Bearer ${fresh}`)).status, (await me(`Bearer ${fresh}`)).status]).toEqual([200, 200]);
    expect((await me(`Bearer ${fresh.slice(0, -4)}AAAA`)).status).toBe(401);
  });
  it.each(['Bearer  ', 'bearer ', 'BEARER    '])('opens after %j (RFC 9110 §11.4)', async (scheme) => {
    expect((await me(scheme + (await signed()))).status).toBe(200);
  });
  it('says who issued it, for whom, which kind and which key', () => {
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: key.kid });
    expect(decodeJwt(token)).toMatchObject({ iss: 'rafaga', aud: 'rafaga-api', roles: ['user'] });
    const { iat = 0, exp = 0, jti } = decodeJwt(token);
    expect(exp - iat).toBe(900);
    expect(jti).toMatch(/^[0-9a-f-]{36}$/);
  });
  it('is verified by the published keys, which hold no private half', async () => {
    const { json, headers } = await gateway.ask('GET', '/.well-known/jwks.json');
    expect(json.keys).toHaveLength(1);
    expect(Object.keys(json.keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(headers.get('cache-control')).toBe('public, max-age=300');
  });
});
