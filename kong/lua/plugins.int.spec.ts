import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { failures } from '#contracts';
import { testRedisUrl } from '#testing/servers';
import { kongPlugins } from '../environment.ts';
import { pluginFields } from '../schema/plugins.ts';

const folder = join(import.meta.dirname, 'kong/plugins');
const fileOf = (name: string, file: string) => readFileSync(join(folder, name, file), 'utf8');
const priorityOf = (name: string) => Number(/PRIORITY = (\d+)/.exec(fileOf(name, 'handler.lua'))?.[1]);

let redis: Redis;
beforeAll(async () => {
  redis = new Redis(await testRedisUrl());
});
afterAll(() => redis.disconnect());

/** @returns what the handler did in each case */
function run(name: string, cases: readonly object[]): Promise<Record<string, unknown>[]> {
  const script = readFileSync(join(import.meta.dirname, 'stand-in.lua'), 'utf8').replace(/^HANDLER$/m, () => fileOf(name, 'handler.lua'));
  return Promise.all(
    cases.map(async (one) => JSON.parse((await redis.eval(script, 0, JSON.stringify(one))) as string) as Record<string, unknown>),
  );
}

const part = (value: unknown) => (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url');
const bearer = (header: unknown, claims: unknown) => `Bearer ${part(header)}.${part(claims)}.c2ln`;
const asked = (authorization?: string) => ({ authorization, now: 1_000, config: { realm: 'rafaga' } });
const good = { alg: 'RS256', kid: 'key-1' };

describe('the plug-ins of Kong in kong/lua', () => {
  it('are loaded, and have the fields of the schema that kong.yml is checked with', () => {
    const names = readdirSync(folder).sort();
    expect(kongPlugins.filter((name) => name.startsWith('rafaga-')).sort()).toEqual(names);
    for (const name of names) {
      const schema = fileOf(name, 'schema.lua');
      expect(schema).toContain(`name = "${name}"`);
      const fields = [...schema.matchAll(/^ {10}\{ (\w+) = \{ type/gm)].map(([, field]) => field);
      expect(fields).toEqual(Object.keys(pluginFields[name]!));
    }
  });
  it('check the form of tokens before the jwt plug-in (1450) and after cors (2000)', () => {
    expect(priorityOf('rafaga-token')).toBeGreaterThan(1_450);
    expect(priorityOf('rafaga-token')).toBeLessThan(2_000);
  });
});

describe('rafaga-token', () => {
  const malformed: [string, string][] = [
    ...[1, {}, [], true, null, '', 'a b', '\u00ff', 'k'.repeat(129)].flatMap((kid): [string, string][] => [
      [`kid ${JSON.stringify(kid)} in the header`, bearer({ alg: 'RS256', kid }, {})],
      [`kid ${JSON.stringify(kid)} in the payload`, bearer(good, { kid })],
    ]),
    ...[null, 1, true, 'text'].flatMap((value): [string, string][] => [
      [`the header ${value}`, bearer(value, {})],
      [`the payload ${value}`, bearer(good, value)],
    ]),
    ['a kid of invalid UTF-8', bearer(Buffer.from('{"alg":"RS256","kid":"\xff"}', 'latin1'), {})],
  ];
  it('refuses the tokens on which the jwt plug-in fails', async () => {
    const did = await run(
      'rafaga-token',
      malformed.map(([, authorization]) => asked(authorization)),
    );
    expect(malformed.filter((_, at) => did[at]!.exit !== 401).map(([what]) => what)).toEqual([]);
  });

  it('leaves the others to the jwt plug-in', async () => {
    const left = [
      bearer(good, { exp: 2_000 }),
      bearer(good, { kid: false }),
      bearer({ alg: 'RS256' }, {}),
      `bearer  ${part(good)}.${part({})}`,
      'Bearer x.y.z',
      `Bearer ${part(good)}`,
      `Bearer ${part(Buffer.from('{'))}.${part({})}.c2ln`,
      'Basic eDp5',
    ];
    const did = await run('rafaga-token', [...left.map((authorization) => asked(authorization)), asked()]);
    expect(did).toEqual([...left, ''].map(() => ({})));
  });

  it('gives a 401 of Kong the form of the API, and leaves that of the gateway', async () => {
    const refused = { status: 401, source: 'exit', response: { 'WWW-Authenticate': 'Bearer realm="rafaga" error="invalid_token"' } };
    const did = await run('rafaga-token', [
      { ...asked(bearer(good, { exp: 999 })), ...refused },
      { ...asked(bearer(good, { exp: 1_001 })), ...refused },
      { ...asked(), ...refused, response: { 'WWW-Authenticate': 'Bearer realm="rafaga"' } },
      { ...asked(bearer(good, {})), ...refused, source: 'service' },
      { ...asked(bearer(good, {})), ...refused, status: 413 },
      asked(bearer(null, {})),
    ]);
    const details = [
      'The access token has expired.',
      'The access token is not valid.',
      'Send an access token: Authorization: Bearer TOKEN.',
    ];
    for (const [at, detail] of [...details.entries(), [5, details[1]] as const]) {
      expect(JSON.parse(did[at]!.body as string)).toEqual({
        type: '/problems/unauthenticated',
        title: failures.unauthenticated.title,
        status: failures.unauthenticated.status,
        detail,
        code: 'unauthenticated',
        edgeRequestId: 'f00d',
      });
      expect(did[at]).toMatchObject({
        'Content-Type': 'application/problem+json; charset=utf-8',
        'Content-Length': (did[at]!.body as string).length,
      });
    }
    expect(did.slice(3, 5)).toEqual([{}, {}]);
  });
});

describe('rafaga-retry-after', () => {
  it('says when to come back in the errors of Kong, and leaves those of the gateway', async () => {
    const answer = (status: number, source: string) => ({ status, source, now: 125, config: { unavailable_seconds: 5 } });
    const did = await run('rafaga-retry-after', [
      ...[502, 503, 504].map((status) => answer(status, 'error')),
      answer(503, 'exit'), // no healthy gateway
      answer(429, 'exit'), // by the minute
      answer(429, 'error'), // by nginx, by the second
      answer(503, 'service'),
      answer(429, 'service'),
      ...[401, 404, 413, 500].map((status) => answer(status, 'exit')),
    ]);
    expect(did.map((one) => one['Retry-After'])).toEqual([5, 5, 5, 5, 55, 1, ...Array(6).fill(undefined)]);
  });
});
