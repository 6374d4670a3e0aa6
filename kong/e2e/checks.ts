/** End-to-end checks against a running Kong. */
import assert from 'node:assert/strict';
import type { KeyObject } from 'node:crypto';
import type { ManagedServer } from '#testing/servers';

/** What runs: Kong at `url`, behind it a gateway, and what the checks need to break it. */
export interface Edge {
  readonly url: string;
  /** Kong's access and error log. */
  readonly logFile: string;
  readonly redis: ManagedServer;
  readonly gateway: ManagedServer;
  /** Private key of a credential that Kong knows as `e2e`. */
  readonly testKey: KeyObject;
}

export type Check = readonly [what: string, run: (edge: Edge) => Promise<void>];

export const person = { email: `kong-${process.pid}@example.org`, password: 'correct horse battery' };
export const post = (url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

/** Sends the Authorization header with every request, as client libraries do. */
async function keyFrom(url: string): Promise<string> {
  const token = await tokenFrom(url);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/v1/api-keys`, { method: 'POST', headers, body: JSON.stringify({ name: 'kong', scopes: ['read'] }) });
  return ((await answer.json()) as { key: string }).key;
}

export async function tokenFrom(url: string): Promise<string> {
  await post(`${url}/v1/auth/register`, person);
  const { accessToken } = (await (await post(`${url}/v1/auth/login`, person)).json()) as { accessToken: string };
  return accessToken;
}

export const statusOf = async (url: string, init?: RequestInit) => (await fetch(url, init)).status;
export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const forged = (token: string, change: (payload: Record<string, unknown>) => void) => {
  const [head, body, signature] = token.split('.') as [string, string, string];
  const payload = JSON.parse(Buffer.from(body, 'base64url').toString());
  change(payload);
  return `${head}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.${signature}`;
};

export const checks: readonly Check[] = [
  ['open routes need no token', async ({ url }) => assert.equal(await statusOf(`${url}/openapi.json`), 200)],
  ['closed routes do', async ({ url }) => assert.equal(await statusOf(`${url}/v1/me`), 401)],
  ['a good token passes', async ({ url }) => assert.equal(await statusOf(`${url}/v1/me`, bearer(await tokenFrom(url))), 200)],
  [
    'a changed token does not',
    async ({ url }) =>
      assert.equal(await statusOf(`${url}/v1/me`, bearer(forged(await tokenFrom(url), (claims) => (claims.sub = 'x')))), 401),
  ],
  [
    'an API key passes in either header',
    async ({ url }) => {
      const key = await keyFrom(url);
      assert.equal(await statusOf(`${url}/v1/webhooks`, bearer(key)), 200);
      assert.equal(await statusOf(`${url}/v1/webhooks`, { headers: { 'x-api-key': key } }), 200);
    },
  ],
  [
    'the gateway rejects unknown API keys, and Kong rejects malformed ones',
    async ({ url }) => {
      const refused = async (key: string) => {
        const answer = await fetch(`${url}/v1/webhooks`, bearer(key));
        return [answer.status, ((await answer.json()) as { code?: string }).code];
      };
      assert.deepEqual(await refused(`rfg_${'a'.repeat(43)}`), [401, 'unauthenticated']);
      assert.deepEqual(await refused('rfg_short'), [401, 'unauthenticated']);
    },
  ],
  [
    'responses of Kong itself are problem documents',
    async ({ url }) => {
      const problemOf = async (init: RequestInit, path = '/nothing') => {
        const answer = await fetch(url + path, init);
        const { type, code, title } = (await answer.json()) as Record<string, string>;
        return [answer.status, type, code, typeof title];
      };
      assert.deepEqual(await problemOf({}), [404, 'about:blank', 'edge', 'string']);
      const large = { method: 'POST', headers: { 'content-type': 'application/json' }, body: 'x'.repeat(100_000) };
      assert.deepEqual(await problemOf(large, '/v1/auth/login'), [413, 'about:blank', 'edge', 'string']);
      const chunked = {
        ...large,
        body: ReadableStream.from([Buffer.from('{}')]) as unknown as RequestInit['body'],
        duplex: 'half',
      } as RequestInit;
      assert.deepEqual(await problemOf(chunked, '/v1/auth/login'), [411, 'about:blank', 'edge', 'string']);
    },
  ],
  ['a token in the query does not', async ({ url }) => assert.equal(await statusOf(`${url}/v1/me?jwt=${await tokenFrom(url)}`), 401)],
  ...['/metrics', '/health/live', '/health/ready', '/v1', '/nothing'].map(
    (path): Check => [`${path} is not there`, async ({ url }) => assert.equal(await statusOf(url + path), 404)],
  ),
  [
    'a request id of the client is returned if it is one, and replaced if it is not',
    async ({ url }) => {
      const idFor = async (sent: string) =>
        (await fetch(`${url}/v1/status`, { headers: { 'x-request-id': sent } })).headers.get('x-request-id');
      assert.equal(await idFor('mine'), 'mine');
      assert.match((await idFor('<b>'.repeat(1_000))) ?? '', /^[\w.-]{1,128}$/);
    },
  ],
  [
    'a login that is too large is rejected before its body is read',
    async ({ url }) => assert.equal((await post(`${url}/v1/auth/login`, { email: 'x'.repeat(100_000) })).status, 413),
  ],
  [
    'a preflight is allowed for the configured origin only',
    async ({ url }) => {
      const ask = (origin: string) =>
        fetch(`${url}/v1/me`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } });
      assert.equal((await ask('https://app.example.org')).status, 204);
      assert.equal((await ask('https://app.example.org')).headers.get('access-control-allow-origin'), 'https://app.example.org');
      assert.notEqual((await ask('https://evil.example.net')).headers.get('access-control-allow-origin'), 'https://evil.example.net');
    },
  ],
  ['Kong sends no version headers', async ({ url }) => assert.equal((await fetch(`${url}/v1/status`)).headers.get('via'), null)],
];
