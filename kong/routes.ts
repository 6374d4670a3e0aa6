/** Kong's routes: full paths, methods and priorities. */
import type { EdgeRoute, Need } from './edge-routes.ts';
import { jwt, lengthRequired, limitsProbe, type Plugin, sizeLimit, tokenForm } from './plugins.ts';
import { sizeCapOf, treatments } from './services.ts';
import { docsPage, type KongSettings } from './settings.ts';

export interface Route {
  readonly name: string;
  readonly paths: readonly string[];
  readonly methods: readonly string[];
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly plugins?: readonly Plugin[];
  readonly [field: string]: unknown;
}

/** Matches the full path; without the `~` Kong would treat it as a literal prefix. */
export const patternOf = (path: string): string => `~${path.replace(/[.+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`;

const patternsOf = (paths: Iterable<string>) => [...new Set([...paths].map(patternOf))];
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

const chunked = { 'transfer-encoding': ['chunked'] };

/**
 * Uploads of unknown length are not buffered; nginx and the gateway limit their size. The token is checked per route, not per service, because
 * requests with an API key are counted in the same service.
 */
export function routesOf(route: EdgeRoute, settings: KongSettings): Route[] {
  const token = route.open ? [] : [tokenForm, jwt(settings)];
  const plugins = [...token, sizeLimit(sizeCapOf(route, settings), route.need === 'uploads')];
  const measured = { ...routeFor(route.id, patternsOf([route.path]), methodsOf(route.method), route.need), plugins };
  if (route.need !== 'uploads') return [measured];
  return [measured, { ...routeFor(`${route.id}-streamed`, measured.paths, [route.method], route.need), headers: chunked, plugins: token }];
}

/**
 * Pattern of an API key in its headers; Kong compares in lower case. Kong cannot verify API keys, so these routes require no token: the
 * gateway authenticates every request.
 */
export const keyHeaders = {
  bearer: { authorization: ['~*^bearer +rfg_[a-z0-9_-]{43}$'] },
  header: { 'x-api-key': ['~*^rfg_[a-z0-9_-]{43}$'] },
} as const;

/** Routes for requests with an API key: one per method and header, with the largest size limit of its paths. */
export function routesByKey(need: Need, routes: readonly EdgeRoute[], settings: KongSettings): Route[] {
  const methods = [...new Set(routes.map(({ method }) => method))];
  return methods.flatMap((method) => {
    const these = routes.filter((route) => route.method === method);
    const paths = patternsOf(these.map(({ path }) => path));
    const cap = Math.max(...these.map((route) => sizeCapOf(route, settings)));
    return Object.entries(keyHeaders).flatMap(([how, headers]) => {
      const route = routeFor(`${need}-${method.toLowerCase()}-by-key-${how}`, paths, methodsOf(method), need);
      const measured = { ...route, headers, plugins: [sizeLimit(cap, need === 'uploads')] };
      return need === 'uploads'
        ? [measured, { ...route, name: `${route.name}-streamed`, headers: { ...headers, ...chunked } }]
        : [measured];
    });
  });
}

const allMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Routes that reject bodies of unknown length, except uploads. The header match gives them priority over the regular routes. */
export function refusals(all: readonly EdgeRoute[]): Route[] {
  const uploadsAt = (path: string) => all.filter((route) => route.need === 'uploads' && route.path === path).map(({ method }) => method);
  const paths = [...new Set([...all.map(({ path }) => path), ...docsPage])];
  const refusing = (name: string, these: readonly string[], methods: readonly string[]): Route => ({
    ...routeFor(name, patternsOf(these), methods, 'writes'),
    regex_priority: 10, // before the API key routes, which also match a header
    headers: chunked,
    plugins: [lengthRequired],
  });
  const beside = paths.filter((path) => uploadsAt(path).length > 0);
  return [
    refusing(
      'unmeasured',
      paths.filter((path) => !beside.includes(path)),
      allMethods,
    ),
    ...beside.map((path, at) =>
      refusing(
        `unmeasured-beside-uploads-${at + 1}`,
        [path],
        allMethods.filter((method) => !uploadsAt(path).includes(method)),
      ),
    ),
  ];
}

export const docsRoute = (): Route => ({
  ...routeFor('docs-page', patternsOf(docsPage), ['GET', 'HEAD'], 'open'),
  plugins: [sizeLimit(1_024, false)],
});

/** Path of the probe of Kong's limits; see {@link limitsProbe}. */
export const limitsProbePath = '/edge/limits';

export const limitsProbeRoute = (settings: KongSettings): Route => ({
  ...routeFor('limits-probe', patternsOf([limitsProbePath]), ['GET'], 'open'),
  plugins: limitsProbe(settings),
});

/** OPTIONS, which the gateway answers: CORS preflight requests, which carry no token, and the discovery of tus. */
export const optionsRoute = (all: readonly EdgeRoute[]): Route => ({
  ...routeFor('options', patternsOf(all.map(({ path }) => path)), ['OPTIONS'], 'open'),
  plugins: [sizeLimit(1_024, false)],
});
