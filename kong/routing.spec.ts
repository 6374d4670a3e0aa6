/** Route matching, by the rules of Kong's router (flavour `traditional_compatible`, the default of 3.9: kong/router/transform.lua). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { committedFile } from './render.ts';
import { fromYaml } from './yaml-file.ts';

const plugins = z.array(z.object({ name: z.string() })).default([]);
const route = z.object({
  plugins,
  name: z.string(),
  methods: z.array(z.string()),
  paths: z.array(z.string()),
  headers: z.record(z.string(), z.array(z.string())).default({}),
  regex_priority: z.number().default(0),
});
const service = z.object({ name: z.string(), plugins, routes: z.array(route) });
const { services } = z.object({ services: z.array(service) }).parse(fromYaml(readFileSync(committedFile, 'utf8')));
const all = services.flatMap((owner) => owner.routes.map((each) => ({ ...each, service: owner })));
type Route = (typeof all)[number];

interface Request {
  readonly method: string;
  readonly path: string;
  /** Names in lower case; a list for repeated headers. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
}

/** One matching value of a repeated header is enough; the comparison ignores case. */
const headerFits = (patterns: readonly string[], values: readonly string[] = []) =>
  patterns.some((pattern) =>
    values.some((value) =>
      pattern.startsWith('~*')
        ? new RegExp(pattern.slice(2).toLowerCase()).test(value.toLowerCase())
        : pattern.toLowerCase() === value.toLowerCase(),
    ),
  );

const fits = (one: Route, { method, path, headers = {} }: Request) =>
  one.methods.includes(method) &&
  one.paths.some((pattern) => new RegExp(`^(?:${pattern.slice(1)})`).test(path)) &&
  Object.entries(one.headers).every(([name, patterns]) => headerFits(patterns, headers[name]));

/** Priority: number of match categories (headers are one), then number of headers, then `regex_priority`. */
const byPrecision = (a: Route, b: Route) => {
  const [inA, inB] = [Object.keys(a.headers).length, Object.keys(b.headers).length];
  return inB - inA || b.regex_priority - a.regex_priority;
};

const taken = (request: Request) => all.filter((one) => fits(one, request)).sort(byPrecision)[0];
const serviceFor = (request: Request) => taken(request)?.service.name;
const asksForToken = (request: Request) => taken(request)?.plugins.some(({ name }) => name === 'jwt') ?? false;
const isRefused = (request: Request) => /^unmeasured/.test(taken(request)?.name ?? '');

const key = `rfg_${'aZ9_-'.repeat(8)}abc`;
const token = 'Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln';
const read = { method: 'GET', path: '/v1/webhooks' };
const write = { method: 'POST', path: '/v1/webhooks' };
const upload = { method: 'POST', path: '/v1/tracks' };
const chunked = { 'transfer-encoding': ['chunked'] };

describe('an API key', () => {
  it.each([
    ['in Authorization', { authorization: [`Bearer ${key}`] }],
    ['in Authorization, spelled otherwise', { authorization: [`bearer ${key}`] }],
    ['in X-Api-Key', { 'x-api-key': [key] }],
  ])('%s goes to the gateway, which checks it, on a route that is limited', (_where, headers) => {
    for (const [request, expected] of [
      [read, 'reads'],
      [write, 'writes'],
      [upload, 'uploads'],
    ] as const) {
      expect(serviceFor({ ...request, headers })).toBe(expected);
      expect(asksForToken({ ...request, headers })).toBe(false);
      expect(asksForToken(request)).toBe(true);
      expect(taken({ ...request, headers })!.service.plugins.map(({ name }) => name)).toContain('rate-limiting');
    }
  });

  it('adds no paths', () => {
    const known = all.filter((one) => /-by-key/.test(one.name)).flatMap((one) => one.paths);
    const plain = all.filter((one) => one.plugins.some(({ name }) => name === 'jwt')).flatMap((one) => one.paths);
    expect(known.filter((path) => !plain.includes(path))).toEqual([]);
    for (const path of ['/metrics', '/health/ready', '/v1/operators/dead-letters', '/v1/operators/signing-keys', '/v1/webhooks/'])
      expect(serviceFor({ method: 'GET', path, headers: { authorization: [`Bearer ${key}`] } })).toBeUndefined();
  });

  it('allows bodies of unknown length only for uploads', () => {
    const headers = { authorization: [`Bearer ${key}`], ...chunked };
    expect(isRefused({ ...write, headers })).toBe(true);
    expect(taken({ ...upload, headers })?.name).toBe('uploads-post-by-key-bearer-streamed');
  });
});

describe('without an API key', () => {
  it.each<[string, Request['headers']]>([
    ['nothing', {}],
    ['an access token', { authorization: [token] }],
    ['a key that is too short', { authorization: ['Bearer rfg_short'] }],
    ['a key and more', { authorization: [`Bearer ${key}.x`] }],
    ['more and a key', { authorization: [`x Bearer ${key}`] }],
    ['a key without its scheme', { authorization: [key] }],
    ['a key of another scheme', { authorization: [`Basic ${key}`] }],
    ['a key in another header', { 'x-api-token': [key] }],
    ['a token in X-Api-Key', { 'x-api-key': [token] }],
  ])('Kong requires a token: %s', (_what, headers = {}) => {
    for (const request of [read, write, upload]) expect(asksForToken({ ...request, headers })).toBe(true);
  });

  it('open routes stay open, and a body of unknown length is rejected', () => {
    expect(serviceFor({ method: 'POST', path: '/v1/auth/login' })).toBe('credentials');
    expect(isRefused({ method: 'POST', path: '/v1/auth/login', headers: chunked })).toBe(true);
  });
});
