/** Kong's declarative configuration as a value, generated from the operations of the API. */
import { type EdgeRoute, edgeRoutes, type Need, needs } from './edge-routes.ts';
import { everywhere, jwt, type Plugin, rateLimiting } from './plugins.ts';
import { docsRoute, preflightRoute, type Route, refusals, routesByKey, routesOf } from './routes.ts';
import { treatments } from './services.ts';
import { type KongSettings, openRoutes } from './settings.ts';
import { upstream, upstreamName } from './upstream.ts';

export interface PublicKey {
  readonly kid: string;
  /** SPKI. */
  readonly pem: string;
}

/**
 * @param openApi the gateway's OpenAPI document
 * @param keys public keys that verify access tokens; two during a rotation
 * @throws RangeError when an open operation is missing in `openRoutes`, or an entry there matches no operation
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
      serviceFor('refusals', 'writes', refusals(routes), [rateLimiting('writes', settings)]),
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
  const byKey = isOpen ? [] : [serviceFor(`${need}-by-key`, need, routesByKey(need, routes, settings), [rateLimiting(need, settings)])];
  return [serviceFor(need, need, [...rendered, ...beside], plugins), ...byKey];
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
