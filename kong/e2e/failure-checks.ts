/** End-to-end checks of what goes wrong: malformed and expired tokens, large headers, limits, missing servers. The last ones stop servers. */
import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { until } from '#testing/servers';
import { longestMetadataBytes } from '../environment.ts';
import { bearer, type Check, type Edge, person, post, statusOf, tokenFrom } from './checks.ts';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function tokenOf({ testKey }: Edge, payload: unknown, header: unknown = { alg: 'RS256', typ: 'JWT', kid: 'e2e' }): string {
  const signed = `${part(header)}.${part(payload)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), testKey).toString('base64url')}`;
}

const nowSeconds = () => Math.floor(Date.now() / 1_000);
const probe = (url: string) => statusOf(`${url}/edge/limits`);

/** Requests with `Expect`, which fetch does not send. */
const expecting = ({ url }: Edge, bytes: number) =>
  new Promise<number>((resolve, reject) => {
    const headers = { expect: '100-continue', 'content-type': 'application/json', 'content-length': String(bytes) };
    const asked = request(`${url}/v1/auth/login`, { method: 'POST', headers, timeout: 10_000 }, (answer) => {
      resolve(answer.statusCode ?? 0);
      asked.destroy();
    });
    asked.once('error', reject).once('timeout', () => asked.destroy(new Error('no answer')));
    asked.flushHeaders();
  });

/** Methods and sizes that fetch refuses to send. @returns status and code */
const rawAnswer = ({ url }: Edge, method: string, path: string, headers: Record<string, string> = {}) =>
  new Promise<[number, unknown]>((resolve, reject) => {
    const asked = request(url + path, { method, headers, timeout: 10_000 }, (answer) => {
      text(answer).then((body) => resolve([answer.statusCode ?? 0, (JSON.parse(body) as { code?: unknown }).code]), reject);
    });
    asked.once('error', reject).once('timeout', () => asked.destroy(new Error('no answer')));
    asked.end();
  });

const longName = `filename ${Buffer.from('n.wav').toString('base64')},note `;
const longMetadata = longName + 'AAAA'.repeat(Math.floor((longestMetadataBytes - longName.length) / 4));

async function headOfLongUpload({ url }: Edge): Promise<number[]> {
  const tus = { 'tus-resumable': '1.0.0', authorization: `Bearer ${await tokenFrom(url)}` };
  const headers = { ...tus, 'upload-length': '10', 'upload-metadata': longMetadata };
  const created = await fetch(`${url}/v1/uploads`, { method: 'POST', headers });
  assert.equal(created.status, 201);
  const at = new URL(created.headers.get('location') ?? '', url);
  return Promise.all(Array.from({ length: 6 }, () => statusOf(at.href, { method: 'HEAD', headers: tus })));
}

/** @returns how many of `count` logins were not refused by the limit, within one minute of the limit's clock */
async function allowedOf(url: string, count: number, headers: Record<string, string> = {}): Promise<number> {
  const minute = () => Math.floor(Date.now() / 60_000);
  for (;;) {
    const before = minute();
    const answers = await Promise.all(
      Array.from({ length: count }, () => post(`${url}/v1/auth/logout`, { refreshToken: 'none' }, headers)),
    );
    if (minute() === before) return answers.filter(({ status }) => status !== 429).length;
  }
}

export const failureChecks: readonly Check[] = [
  [
    'expired tokens, wrong tokens and no token are refused in the form of the API',
    async (edge) => {
      const refused = async (init: RequestInit) => {
        const answer = await fetch(`${edge.url}/v1/me`, init);
        const { code, detail } = (await answer.json()) as { code?: unknown; detail?: unknown };
        return [answer.status, answer.headers.get('content-type'), code, detail];
      };
      const problem = [401, 'application/problem+json; charset=utf-8', 'unauthenticated'];
      const expired = tokenOf(edge, { sub: 'x', exp: nowSeconds() - 10 });
      const unknown = tokenOf(edge, { sub: 'x', exp: nowSeconds() + 60 }, { alg: 'RS256', kid: 'unknown' });
      assert.deepEqual(await refused(bearer(expired)), [...problem, 'The access token has expired.']);
      assert.deepEqual(await refused(bearer(unknown)), [...problem, 'The access token is not valid.']);
      assert.deepEqual(await refused({}), [...problem, 'Send an access token: Authorization: Bearer TOKEN.']);
    },
  ],
  [
    'malformed tokens are refused without a traceback',
    async (edge) => {
      for (const kid of [1, {}, [], true, null, '', '\u00ff'])
        for (const [payload, header] of [
          [{}, { alg: 'RS256', kid }],
          [{ kid }, { alg: 'RS256', kid: 'e2e' }],
        ])
          assert.equal(await statusOf(`${edge.url}/v1/me`, bearer(tokenOf(edge, payload, header))), 401, `kid ${JSON.stringify(kid)}`);
      for (const [payload, header] of [
        [null, { alg: 'RS256', kid: 'e2e' }],
        [1, { alg: 'RS256', kid: 'e2e' }],
        [{}, null],
        [{}, true],
      ])
        assert.equal(await statusOf(`${edge.url}/v1/me`, bearer(tokenOf(edge, payload, header))), 401, JSON.stringify([header, payload]));
      assert.doesNotMatch(readFileSync(edge.logFile, 'utf8'), /stack traceback/);
    },
  ],
  [
    'refused tokens and unknown paths are counted before the plug-ins',
    async ({ url }) => {
      const flood = await Promise.all(
        Array.from({ length: 600 }, () => fetch(`${url}/nothing`, { headers: { 'x-forwarded-for': '192.0.2.9' } })),
      );
      const statuses = new Set(flood.map(({ status }) => status));
      assert.ok(statuses.has(429));
      assert.ok(!statuses.has(500));
      const refused = flood.filter(({ status }) => status === 429);
      assert.deepEqual(new Set(refused.map(({ headers }) => headers.get('retry-after'))), new Set(['1']));
      assert.equal(((await refused[0]!.json()) as { code?: unknown }).code, 'edge');
    },
  ],
  [
    'responses with the longest headers pass, and hurt nobody else',
    async (edge) => {
      assert.deepEqual(await headOfLongUpload(edge), [200, 200, 200, 200, 200, 200]);
      assert.equal(await statusOf(`${edge.url}/v1/status`), 200);
    },
  ],
  ['two workers share one limit', async ({ url }) => assert.equal(await allowedOf(url, 80, { 'x-forwarded-for': '192.0.2.1' }), 30)],
  [
    'behind a balancer the address counts that the balancer gives, not one that the client chooses',
    async ({ url }) => {
      const logout = (headers: Record<string, string>) => post(`${url}/v1/auth/logout`, { refreshToken: 'none' }, headers);
      await allowedOf(url, 60, { 'x-forwarded-for': '192.0.2.2' });
      assert.equal((await logout({ 'x-forwarded-for': '198.51.100.7, 192.0.2.2', 'x-real-ip': '198.51.100.8' })).status, 429);
      assert.notEqual((await logout({ 'x-forwarded-for': '192.0.2.3' })).status, 429);
      const seconds = Number((await logout({ 'x-forwarded-for': '192.0.2.2' })).headers.get('retry-after'));
      assert.ok(seconds >= 1 && seconds <= 60, String(seconds));
    },
  ],
  [
    'methods, paths and headers that nginx refuses are answered in our form',
    async (edge) => {
      assert.deepEqual(await rawAnswer(edge, 'TRACE', '/v1/status'), [405, 'edge']);
      assert.deepEqual(await rawAnswer(edge, 'GET', `/${'x'.repeat(17_000)}`), [414, 'edge']);
      assert.deepEqual(await rawAnswer(edge, 'GET', '/v1/status', { 'x-long': 'x'.repeat(17_000) }), [400, 'edge']);
    },
  ],
  ['a body that is too large is 417 with Expect', async (edge) => assert.equal(await expecting(edge, 10_000_000), 417)],
  [
    'errors have our form in XML, too',
    async ({ url }) => {
      const answer = await fetch(`${url}/nothing`, { headers: { accept: 'application/xml' } });
      assert.match(await answer.text(), /<problem xmlns="urn:ietf:rfc:7807">[\s\S]*<code>edge<\/code>/);
    },
  ],
  [
    'the log contains no token of a signed link',
    async ({ url, logFile }) => {
      await statusOf(`${url}/v1/links/sEcReTtOkEn/file`);
      await statusOf(`${url}/v1/links/sEcReTtOkEn/waveform`);
      assert.doesNotMatch(readFileSync(logFile, 'utf8'), /sEcReTtOkEn/);
    },
  ],
  [
    'without Redis requests pass, and the probe says so',
    async ({ url, redis }) => {
      assert.ok((await Promise.all([probe(url), probe(url), probe(url)])).includes(429));
      await redis.kill();
      assert.deepEqual([await probe(url), await probe(url), await statusOf(`${url}/v1/status`)], [200, 200, 200]);
      await redis.restart();
      assert.ok(await until(async () => (await probe(url)) === 429, 20_000, 200));
    },
  ],
  [
    'without a gateway the edge answers, in our form',
    async ({ url, gateway }) => {
      await gateway.kill();
      const answer = await fetch(`${url}/v1/status`);
      assert.ok([502, 503].includes(answer.status), String(answer.status));
      assert.equal(((await answer.json()) as { code: string }).code, 'edge');
      assert.equal(answer.headers.get('retry-after'), '5');
      assert.equal((await post(`${url}/v1/auth/login`, person, { 'x-forwarded-for': '192.0.2.4' })).status, answer.status);
    },
  ],
];
