import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { gatewaySchema } from '../apps/gateway/src/config.ts';
import { openApiDocument } from '../apps/gateway/src/docs/openapi.ts';
import { defaultDeadlineMs, endpoint } from '../apps/gateway/src/http/endpoint.ts';
import { ownOpenRoutes } from './check.ts';
import { declarative } from './declarative.ts';
import { readEndpoints, readOpenApi } from './endpoints.ts';
import { committedFile, placeholderKey, render } from './render.ts';
import { keyHeaders, patternOf } from './routes.ts';
import { kongSettings, openRoutes } from './settings.ts';

const settings = kongSettings.parse({});
let rendered: Promise<ReturnType<typeof declarative>> | undefined;
const whole = () => (rendered ??= readOpenApi().then((document) => declarative(document, settings, [placeholderKey])));
const services = async () => (await whole()).services;
// biome-ignore lint/suspicious/noExplicitAny: the cases inspect the rendered document
type Anything = any;
const plain = async (): Promise<Anything[]> => JSON.parse(JSON.stringify(await services()));
const serviceOf = async (name: string) => (await plain()).find((one) => one.name === name)!;
const pluginOf = (owner: Anything, name: string): Anything => owner.plugins?.find((one: Anything) => one.name === name);

describe('kong/kong.yml', () => {
  it('is up to date (update with `npm run kong:render` and review the diff)', async () => {
    expect(readFileSync(committedFile, 'utf8')).toBe(await render({}));
  });
  it('contains public keys only', () => {
    expect(readFileSync(committedFile, 'utf8')).not.toMatch(/PRIVATE|secret:/);
  });
  it('has a route for every client operation, with its full path and methods', async () => {
    const routes = (await plain()).flatMap((service) => service.routes).filter((route) => !pluginOf(route, 'request-termination'));
    const serves = (method: string, path: string) =>
      routes.some(
        (route) => route.methods.includes(method) && route.paths.some((pattern: string) => new RegExp(`^${pattern.slice(1)}`).test(path)),
      );
    const clients = (await readEndpoints()).filter(({ auth }) => auth !== 'operator');
    expect(clients.length).toBeGreaterThan(15);
    expect(clients.filter(({ method, path }) => !serves(method, path.replace(/:\w+/g, '42')))).toEqual([]);
    expect(
      ['/metrics', '/health/live', '/health/ready', '/v1', '/v1/tracks/', '/v1/tracksx', '/admin'].filter((path) => serves('GET', path)),
    ).toEqual([]);
  });
  it('requires a token on every route that is not listed as open', async () => {
    const open = (await plain())
      .flatMap(({ routes }) => routes)
      .filter((route) => !pluginOf(route, 'jwt') && !/^unmeasured|-by-key-/.test(route.name));
    expect(open.map(({ name }) => name).sort()).toEqual([...openRoutes, ...ownOpenRoutes].sort());
  });
  it('requires no token for requests with a well-formed API key, on the same paths and methods', async () => {
    const pairs = (routes: Anything[]) =>
      new Set(
        routes.flatMap(({ paths, methods }) => paths.flatMap((path: string) => methods.map((method: string) => `${method} ${path}`))),
      );
    for (const need of ['reads', 'writes', 'waits', 'uploads', 'downloads', 'events']) {
      const { routes } = await serviceOf(need); // one service: one counter for tokens and keys
      const byKey = routes.filter(({ name }: Anything) => /-by-key-/.test(name));
      expect(pairs(byKey)).toEqual(pairs(routes.filter((route: Anything) => pluginOf(route, 'jwt'))));
      expect(byKey.filter((route: Anything) => pluginOf(route, 'jwt'))).toEqual([]);
    }
    const looksRight = (value: string) => new RegExp(keyHeaders.bearer.authorization[0].slice(2)).test(value.toLowerCase());
    expect(looksRight(`Bearer rfg_${'aZ9_-'.repeat(8)}abc`)).toBe(true);
    expect(looksRight(`BEARER  rfg_${'a'.repeat(43)}`)).toBe(true); // several spaces: RFC 9110 §11.4
    for (const other of ['Bearer rfg_short', `x Bearer rfg_${'a'.repeat(43)}`, `Bearer rfg_${'a'.repeat(43)}.x`, 'Bearer e30.e30.x']) {
      expect(looksRight(other)).toBe(false);
    }
  });
  it('accepts the token lifetime and upload size of the gateway', () => {
    const theirs = gatewaySchema.shape;
    expect(settings.GATEWAY_ACCESS_TOKEN_SECONDS).toBe(theirs.GATEWAY_ACCESS_TOKEN_SECONDS.parse(undefined));
    expect(settings.GATEWAY_UPLOAD_MAX_BYTES).toBe(theirs.GATEWAY_UPLOAD_MAX_BYTES.parse(undefined));
  });
  it('streams uploads without buffering to disk', async () => {
    const uploads = await serviceOf('uploads');
    const limitOf = (route: Anything) => pluginOf(route, 'request-size-limiting')?.config.allowed_payload_size ?? 0;
    const measured = uploads.routes.find((route: Anything) => limitOf(route) > 1_024 ** 3);
    const streamed = uploads.routes.find(({ headers }: Anything) => headers?.['transfer-encoding']);
    expect(uploads).toMatchObject({ retries: 0, read_timeout: 3_600_000 });
    expect(measured).toMatchObject({ request_buffering: false });
    expect(pluginOf(measured, 'request-size-limiting')).toMatchObject({
      config: { allowed_payload_size: 2 * 1_024 ** 3 + 65_536, size_unit: 'bytes', require_content_length: true },
    });
    expect(streamed).toMatchObject({ request_buffering: false, headers: { 'transfer-encoding': ['chunked'] } });
    expect(streamed.plugins.map(({ name }: Anything) => name)).toEqual(['rafaga-token', 'jwt']);
  });
  it('does not buffer events, and allows an idle hour', async () => {
    const events = await serviceOf('events');
    expect(events).toMatchObject({ retries: 0, read_timeout: 3_600_000 });
    expect(events.routes.map(({ name }: Anything) => name)).toEqual(expect.arrayContaining(['followEvents', 'followJob']));
    expect(events.routes.filter((route: Anything) => route.response_buffering)).toEqual([]);
  });
  it('waits for a gateway that hangs for seconds, except where a client may wait, and longer than its deadline', async () => {
    const waits = (await plain()).filter(({ name }) => !['uploads', 'events', 'waits'].includes(name));
    expect(waits.map(({ connect_timeout }) => connect_timeout)).toEqual(waits.map(() => 1_000));
    for (const { read_timeout } of waits) {
      expect(read_timeout).toBeGreaterThan(defaultDeadlineMs + 1_000);
      expect(read_timeout).toBeLessThan(30_000);
    }
  });
  it('keeps the method override of tus for uploads only', async () => {
    const removed = (owner: Anything) => pluginOf(owner, 'request-transformer').config.remove.headers;
    const everywhere = await whole();
    expect(removed(everywhere)).toContain('X-HTTP-Method-Override');
    expect(removed(await serviceOf('uploads'))).toEqual(removed(everywhere).filter((name: string) => name !== 'X-HTTP-Method-Override'));
  });
  it('has a probe that passes once a minute while limits are counted', async () => {
    const probe = (await serviceOf('open')).routes.find(({ name }: Anything) => name === 'limits-probe');
    expect(pluginOf(probe, 'rate-limiting')).toMatchObject({ config: { minute: 1, policy: 'redis', limit_by: 'ip' } });
    expect(pluginOf(probe, 'request-termination')).toMatchObject({
      config: { status_code: 200, content_type: 'text/plain; version=0.0.4' },
    });
  });
  it('does not retry non-idempotent requests', async () => {
    const changing = (await plain()).filter(({ routes }) =>
      routes.some(({ methods }: { methods: string[] }) => methods.some((method) => /POST|PUT|PATCH|DELETE/.test(method))),
    );
    expect(changing.map(({ retries }) => retries)).toEqual(changing.map(() => 0));
  });
  it('has the lowest limit for logins', async () => {
    const limits: [string, number][] = (await plain()).map((service) => [service.name, pluginOf(service, 'rate-limiting')?.config.minute]);
    expect(Math.min(...limits.map(([, minute]) => minute))).toBe(Object.fromEntries(limits).credentials);
  });
});

describe('render', () => {
  const added = (auth: 'open' | 'operator') =>
    endpoint({
      id: 'added',
      method: 'GET',
      path: '/v1/added',
      tag: 'X',
      summary: 'X',
      auth,
      responses: { 204: { description: 'X' } },
      failures: [],
    });
  const withAdded = async (auth: 'open' | 'operator') => openApiDocument([...(await readEndpoints()), added(auth)], undefined);

  it('rejects an open operation that is not listed', async () => {
    await expect(render({}, await withAdded('open'))).rejects.toThrow('open, but not named in kong/settings.ts: added');
  });
  it('excludes operator routes', async () => {
    expect(await render({}, await withAdded('operator'))).toBe(await render({}));
  });
  it('rejects a listed name without an operation', async () => {
    const without = (await readEndpoints()).filter(({ id }) => id !== 'getStatus');
    await expect(render({}, openApiDocument(without, undefined))).rejects.toThrow('no open operation: getStatus');
  });
  it('rejects a wildcard origin and an expression', () => {
    for (const EDGE_CORS_ORIGINS of ['*', 'https://.*\\.example\\.org'])
      expect(kongSettings.safeParse({ EDGE_CORS_ORIGINS }).success).toBe(false);
  });
  it.each([
    ['/v1/tracks/{trackId}', '~/v1/tracks/[^/]+$'],
    ['/.well-known/jwks.json', '~/\\.well-known/jwks\\.json$'],
  ])('writes %s as %s', (path, pattern) => expect(patternOf(path)).toBe(pattern));
});
