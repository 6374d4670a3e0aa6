/** Kong's declarative configuration as a value, generated from the operations of the API. */
import { type EdgeRoute, edgeRoutes, type Need, needs } from './edge-routes.ts';
import { everywhere, rateLimiting, stripForUploads } from './plugins.ts';
import { docsRoute, limitsProbeRoute, optionsRoute, refusals, routesByKey, routesOf } from './routes.ts';
import { readTimeoutOf, treatments } from './services.ts';
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
    services: needs.flatMap((need) => serviceOf(need, routes, settings)),
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

/** One service per tier with all its routes, because Kong counts requests per service. */
function serviceOf(need: Need, all: readonly EdgeRoute[], settings: KongSettings) {
  const own = all.filter((route) => route.need === need);
  const routes = [...own.flatMap((route) => routesOf(route, settings)), ...besideOf(need, all, settings)];
  if (routes.length === 0) return [];
  const byKey = own.every(({ open }) => open) ? [] : routesByKey(need, own, settings);
  const { retries, writeTimeoutMs } = treatments[need];
  return [
    {
      name: need,
      host: upstreamName,
      port: 3_000,
      protocol: 'http',
      retries,
      connect_timeout: 1_000,
      read_timeout: readTimeoutOf(need, own),
      write_timeout: writeTimeoutMs,
      tags: ['rafaga'],
      plugins: [rateLimiting(need, settings), ...(need === 'uploads' ? [stripForUploads] : [])],
      routes: [...routes, ...byKey],
    },
  ];
}

/** Routes without an operation. */
function besideOf(need: Need, all: readonly EdgeRoute[], settings: KongSettings) {
  if (need === 'open') return [docsRoute(), optionsRoute(all), limitsProbeRoute(settings)];
  return need === 'writes' ? refusals(all) : [];
}
