/** Kong's declarative file as a value: the API's routes, one by one, and nothing that the API does not have. */
import { type EdgeRoute, edgeRoutes, type Need, needs } from './edge-routes.ts';
import { everywhere, jwt, lengthRequired, type Plugin, rateLimiting, sizeLimit } from './plugins.ts';
import { sizeCapOf, treatments } from './services.ts';
import { docsPage, type KongSettings, openRoutes } from './settings.ts';
import { upstream, upstreamName } from './upstream.ts';

export interface PublicKey {
  readonly kid: string;
  /** SPKI. */
  readonly pem: string;
}

interface Route {
  readonly name: string;
  readonly paths: readonly string[];
  readonly methods: readonly string[];
  readonly plugins?: readonly Plugin[];
  readonly [field: string]: unknown;
}

/**
 * @param openApi the gateway's document
 * @param keys what verifies access tokens; two while a key is being replaced
 * @throws RangeError when an open operation is not named in `openRoutes`, or a name there belongs to nothing
 */
export function declarative(openApi: unknown, settings: KongSettings, keys: readonly PublicKey[]) {
  const routes = edgeRoutes(openApi);
  checkOpen(routes);
  return {
    _format_version: '3.0',
    _transform: true,
    upstreams: [upstream(settings)],
    consumers: [{ username: 'rafaga-users', jwt_secrets: keys.map(credentialOf) }],
    services: [
      ...needs.flatMap((need) => serviceOf(need, routes, settings)),
      serviceFor('refusals', 'writes', unmeasuredRoutes(routes), [rateLimiting('writes', settings)]),
    ],
    plugins: everywhere(settings),
  };
}

const credentialOf = ({ kid, pem }: PublicKey) => ({ key: kid, algorithm: 'RS256', rsa_public_key: pem });

function checkOpen(routes: readonly EdgeRoute[]): void {
  const open = routes.filter((route) => route.open).map(({ id }) => id);
  const unnamed = open.filter((id) => !openRoutes.has(id));
  const unknown = [...openRoutes].filter((id) => !open.includes(id));
  if (unnamed.length > 0) throw new RangeError(`open, but not named in kong/settings.ts: ${unnamed.join(', ')}`);
  if (unknown.length > 0) throw new RangeError(`named in kong/settings.ts, but no open operation: ${unknown.join(', ')}`);
}

function serviceOf(need: Need, all: readonly EdgeRoute[], settings: KongSettings) {
  const routes = all.filter((route) => route.need === need);
  if (routes.length === 0) return [];
  const isOpen = routes.every(({ open }) => open);
  const plugins = [...(isOpen ? [] : [jwt(settings)]), rateLimiting(need, settings)];
  const rendered = routes.flatMap((route) => routesOf(route, settings));
  const beside = need === 'open' ? [docsRoute(), ...(settings.EDGE_CORS_ORIGINS.length > 0 ? [preflightRoute(all)] : [])] : [];
  return [serviceFor(need, need, [...rendered, ...beside], plugins)];
}

function serviceFor(name: string, need: Need, routes: readonly Route[], plugins: readonly Plugin[]) {
  const { retries, readTimeoutMs, writeTimeoutMs } = treatments[need];
  return {
    name,
    host: upstreamName,
    port: 3_000,
    protocol: 'http',
    retries,
    connect_timeout: 2_000,
    read_timeout: readTimeoutMs,
    write_timeout: writeTimeoutMs,
    tags: ['rafaga'],
    plugins,
    routes,
  };
}

/** An upload whose length nobody knows must stay a stream: its bound is nginx's, and the gateway's own. */
function routesOf(route: EdgeRoute, settings: KongSettings): Route[] {
  const plugins = [sizeLimit(sizeCapOf(route, settings), route.need === 'uploads')];
  const measured = { ...routeFor(route.id, [patternOf(route.path)], methodsOf(route.method), route.need), plugins };
  if (route.need !== 'uploads') return [measured];
  const streamed = routeFor(`${route.id}-streamed`, [patternOf(route.path)], [route.method], route.need);
  return [measured, { ...streamed, headers: chunked }];
}

const chunked = { 'transfer-encoding': ['chunked'] };
const allMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Bodies of unknown length, everywhere but where they are uploads. The header makes these routes more precise than the ones they stand in for. */
function unmeasuredRoutes(all: readonly EdgeRoute[]): Route[] {
  const uploads = all.filter(({ need }) => need === 'uploads');
  const takesUploads = (path: string) => uploads.some((upload) => upload.path === path);
  const others = [...new Set([...all.map(({ path }) => path), ...docsPage])].filter((path) => !takesUploads(path));
  const refusing = (name: string, paths: readonly string[], methods: readonly string[]): Route => ({
    ...routeFor(name, paths.map(patternOf), methods, 'writes'),
    headers: chunked,
    plugins: [lengthRequired],
  });
  return [
    refusing('unmeasured', others, allMethods),
    ...uploads.map(({ id, path, method }) =>
      refusing(
        `unmeasured-beside-${id}`,
        [path],
        allMethods.filter((other) => other !== method),
      ),
    ),
  ];
}

const docsRoute = (): Route => ({
  ...routeFor('docs-page', docsPage.map(patternOf), ['GET', 'HEAD'], 'open'),
  plugins: [sizeLimit(1_024, false)],
});

/** Browsers ask before they send; the cors plug-in answers, and no token comes with the question. */
const preflightRoute = (all: readonly EdgeRoute[]): Route => ({
  ...routeFor('preflight', [...new Set(all.map(({ path }) => patternOf(path)))], ['OPTIONS'], 'open'),
  plugins: [sizeLimit(1_024, false)],
});

const methodsOf = (method: string) => (method === 'GET' ? ['GET', 'HEAD'] : [method]);

function routeFor(name: string, paths: readonly string[], methods: readonly string[], need: Need): Route {
  const { requestBuffering, responseBuffering } = treatments[need];
  return {
    name,
    paths,
    methods,
    protocols: ['http', 'https'],
    strip_path: false,
    preserve_host: false,
    path_handling: 'v0',
    request_buffering: requestBuffering,
    response_buffering: responseBuffering,
  };
}

/** The whole path and nothing longer; without the `~` Kong would take it literally. */
export const patternOf = (path: string): string => `~${path.replace(/[.+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`;
