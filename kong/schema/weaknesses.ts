/** Detects settings that Kong accepts but that are insecure or ineffective. */
import * as z from 'zod';

const plugin = z.object({ name: z.string(), config: z.record(z.string(), z.unknown()).default({}) });
const route = z.object({
  name: z.string(),
  paths: z.array(z.string()).default([]),
  methods: z.array(z.string()).default([]),
  headers: z.record(z.string(), z.array(z.string())).optional(),
  strip_path: z.boolean().default(true),
  request_buffering: z.boolean().default(true),
  plugins: z.array(plugin).default([]),
});
const service = z.object({
  name: z.string(),
  host: z.string(),
  retries: z.number().default(5),
  connect_timeout: z.number().optional(),
  read_timeout: z.number().optional(),
  write_timeout: z.number().optional(),
  routes: z.array(route).default([]),
  plugins: z.array(plugin).default([]),
});
const sick = z.object({
  interval: z.number().default(0),
  http_failures: z.number().default(0),
  tcp_failures: z.number().default(0),
  timeouts: z.number().default(0),
  http_statuses: z.array(z.number()).default([429, 500, 503]),
});
const well = z.object({ interval: z.number().default(0), successes: z.number().default(0) });
const checks = z.object({
  active: z.object({ http_path: z.string().default('/'), healthy: well.prefault({}), unhealthy: sick.prefault({}) }).prefault({}),
  passive: z.object({ unhealthy: sick.prefault({}) }).prefault({}),
});
const upstream = z.object({ name: z.string(), healthchecks: checks.prefault({}), targets: z.array(z.unknown()).default([]) });
const credential = z.object({
  key: z.string(),
  algorithm: z.string().default('HS256'),
  rsa_public_key: z.string().optional(),
  secret: z.unknown().optional(),
});
const consumer = z.object({ username: z.string(), jwt_secrets: z.array(credential).default([]) });
const file = z.object({
  upstreams: z.array(upstream).default([]),
  consumers: z.array(consumer).default([]),
  services: z.array(service).default([]),
  plugins: z.array(plugin).default([]),
});

type Plugin = z.output<typeof plugin>;
type Route = z.output<typeof route>;
type Service = z.output<typeof service>;
type File = z.output<typeof file>;
type Rule = readonly [broken: boolean, fault: string];

const faults = (where: string, rules: readonly Rule[]): string[] =>
  rules.filter(([broken]) => broken).map(([, fault]) => `${where}: ${fault}`);
const named = (plugins: readonly Plugin[], name: string) => plugins.find((one) => one.name === name);
const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** @returns one line per weakness; a single line when the file is malformed, which `shapeFaults` explains */
export function weaknesses(config: unknown, openRoutes: ReadonlySet<string>): string[] {
  const parsed = file.safeParse(config);
  if (!parsed.success) return [`file: cannot be checked: ${z.prettifyError(parsed.error)}`];
  const { services, upstreams, consumers } = parsed.data;
  return [
    ...services.flatMap((one) => serviceFaults(one, parsed.data, openRoutes)),
    ...upstreams.flatMap(upstreamFaults),
    ...consumers.flatMap(({ username, jwt_secrets }) => jwt_secrets.flatMap((one) => credentialFaults(one, `consumer ${username}`))),
    ...fileFaults(parsed.data),
  ];
}

function serviceFaults(one: Service, all: File, openRoutes: ReadonlySet<string>): string[] {
  const where = `service ${one.name}`;
  const everywhere = [...all.plugins, ...one.plugins];
  return [
    ...faults(where, [
      [!all.upstreams.some(({ name }) => name === one.host), 'its host is not an upstream, so it has no health checks'],
      [one.retries > 0 && one.routes.some(repeats), 'retries requests that may not be repeated'],
      [one.connect_timeout === undefined || one.connect_timeout > 2_000, 'has a long connect timeout'],
      [!isLong(one.name) && (one.read_timeout ?? 60_000) >= 30_000, 'waits long for a gateway that hangs'],
      [one.read_timeout === undefined || one.write_timeout === undefined, 'uses default timeouts'],
    ]),
    ...one.plugins.flatMap((each) => pluginFaults(each, where)),
    ...one.routes.flatMap((each) => routeFaults(each, everywhere, openRoutes)),
  ];
}

/** Uploads and event streams: minutes may pass between two reads. */
const isLong = (name: string) => ['uploads', 'events', 'waits'].includes(name);

const repeats = ({ methods }: Route) => methods.length === 0 || methods.some((method) => !['GET', 'HEAD', 'OPTIONS'].includes(method));

function routeFaults(one: Route, inherited: readonly Plugin[], openRoutes: ReadonlySet<string>): string[] {
  const where = `route ${one.name}`;
  const plugins = [...inherited, ...one.plugins];
  const refuses = named(plugins, 'request-termination') !== undefined;
  const isStream = one.headers?.['transfer-encoding'] !== undefined && !one.request_buffering;
  return [
    ...faults(where, [
      [one.paths.length === 0, 'has no path, so it catches everything'],
      [one.methods.length === 0, 'accepts every method'],
      [one.strip_path, 'strips its path'],
      [!refuses && !named(plugins, 'jwt') && !openRoutes.has(one.name) && !asksForKey(one), 'requires no token and is not listed as open'],
      [
        named(plugins, 'jwt') !== undefined && !named(plugins, 'rafaga-token'),
        'malformed tokens are answered with 500, and logged with a traceback',
      ],
      [!named(plugins, 'rate-limiting'), 'has no rate limit'],
      [!refuses && !isStream && !named(plugins, 'request-size-limiting'), 'has no size cap'],
      [!one.request_buffering && !isStream && !needsLength(plugins), 'buffers streams of unknown length'],
    ]),
    ...one.paths.flatMap((path) => pathFaults(path, where)),
    ...one.plugins.flatMap((each) => pluginFaults(each, where)),
  ];
}

/** Whether a route requires a header that fully matches the API key format. */
const asksForKey = ({ headers = {} }: Route) =>
  [...(headers.authorization ?? []), ...(headers['x-api-key'] ?? [])].some((pattern) => /^~\*\^.*rfg_.*\$$/.test(pattern));

const needsLength = (plugins: readonly Plugin[]) => named(plugins, 'request-size-limiting')?.config.require_content_length === true;

const pathFaults = (path: string, where: string): string[] =>
  faults(where, [
    [/^~?\/?(\.\*|\[\^\/\]\+|\$)*$/.test(path) && path !== '~/$', 'is a catch-all'],
    [!path.startsWith('~') && /[[\](){}*+^$|\\]/.test(path), `${path} is an expression without ~, taken literally`],
    [path.startsWith('~') && !path.endsWith('$'), `${path} matches longer paths too`],
    [!path.startsWith('~'), `${path} is a prefix of longer paths`],
    [/^~?\/(health|metrics)/.test(path), `${path} exposes internal endpoints`],
  ]);

function pluginFaults({ name, config }: Plugin, where: string): string[] {
  if (name === 'jwt') return jwtFaults(config, where);
  if (name === 'rate-limiting') return limitFaults(config, where);
  if (name === 'cors') return corsFaults(config, where);
  return [];
}

const jwtFaults = (config: Plugin['config'], where: string): string[] =>
  faults(where, [
    [!asList(config.claims_to_verify).includes('exp'), 'jwt accepts expired tokens'],
    [!Array.isArray(config.uri_param_names) || config.uri_param_names.length > 0, 'jwt accepts tokens in the query, which appear in logs'],
    [asList(config.cookie_names).length > 0, 'jwt accepts tokens in cookies, which browsers send automatically'],
    [config.anonymous !== undefined, 'jwt accepts invalid tokens as anonymous'],
    [!(Number(config.maximum_expiration) > 0), 'jwt accepts tokens of any age'],
    [config.run_on_preflight !== false, 'jwt rejects CORS preflight requests'],
  ]);

function limitFaults(config: Plugin['config'], where: string): string[] {
  const { host, timeout } = (config.redis ?? {}) as { host?: unknown; timeout?: unknown };
  const limitBy = config.limit_by ?? 'consumer';
  const periods = ['second', 'minute', 'hour', 'day', 'month', 'year'].filter((period) => period in config);
  return faults(where, [
    [config.policy !== 'redis' || !host, 'rate-limiting counts per Kong instance'],
    [limitBy === 'consumer' || limitBy === 'credential', 'rate-limiting shares one limit between all users: they are one consumer'],
    [limitBy === 'header', 'rate-limiting counts by a client-controlled header'],
    [!(Number(timeout) <= 500), 'rate-limiting has a long Redis timeout'],
    [typeof config.fault_tolerant !== 'boolean', 'rate-limiting does not define its behaviour without Redis'],
    [periods.length === 0, 'rate-limiting has no limit'],
    [periods.length > 1, 'rate-limiting asks Redis once per period and request'],
  ]);
}

const neededByBrowsers = ['ETag', 'Idempotency-Replayed', 'Tus-Checksum-Algorithm', 'Tus-Extension', 'Tus-Max-Size', 'X-Request-Id'];

const corsFaults = (config: Plugin['config'], where: string): string[] =>
  faults(where, [
    [neededByBrowsers.some((name) => !asList(config.exposed_headers).includes(name)), 'cors hides headers that scripts need'],
    [config.preflight_continue !== true, 'cors answers preflight requests with 200 instead of the gateway'],
    [config.origins === undefined || asList(config.origins).includes('*'), 'cors allows every origin'],
    [config.credentials === true && asList(config.origins).includes('*'), 'cors allows credentials for every origin'],
    [asList(config.origins).some((origin) => /[\\^$*()[\]|+?]/.test(String(origin))), 'cors origins are expressions'],
  ]);

function upstreamFaults({ name, healthchecks: { active, passive }, targets }: z.output<typeof upstream>): string[] {
  const { healthy, unhealthy } = active;
  const sees = unhealthy.http_failures > 0 && unhealthy.tcp_failures > 0 && unhealthy.timeouts > 0;
  return faults(`upstream ${name}`, [
    [targets.length === 0, 'has no targets'],
    [healthy.interval === 0 || healthy.successes === 0, 'never detects recovered targets'],
    [unhealthy.interval === 0 || !sees, 'never detects failed targets'],
    [active.http_path !== '/health/ready', 'does not check readiness'],
    [
      passive.unhealthy.http_failures > 0 || passive.unhealthy.tcp_failures > 0 || passive.unhealthy.timeouts > 0,
      'lets clients mark a target unhealthy by failures that they provoke',
    ],
  ]);
}

const credentialFaults = ({ key, algorithm, rsa_public_key: pem, secret }: z.output<typeof credential>, where: string): string[] =>
  faults(`${where}, key ${key}`, [
    [algorithm !== 'RS256', `is ${algorithm}, not RS256`],
    [!pem?.startsWith('-----BEGIN PUBLIC KEY-----'), 'has no public key'],
    [/PRIVATE/.test(pem ?? '') || secret !== undefined, 'holds a secret'],
  ]);

/** Kong counts per service: two services that serve the same path and method give an address the sum of both limits. */
function countedTwice(services: readonly Service[]): Rule[] {
  const places = services.map(({ name, routes }) => {
    const uses = routes.filter(({ plugins }) => !named(plugins, 'request-termination'));
    return {
      name,
      at: new Set(uses.flatMap(({ methods, paths }) => methods.flatMap((method) => paths.map((path) => `${method} ${path}`)))),
    };
  });
  return places.flatMap(({ name, at }, index) =>
    places
      .slice(index + 1)
      .map((other): Rule => [[...at].some((place) => other.at.has(place)), `${name} and ${other.name} count the same requests apart`]),
  );
}

function fileFaults({ plugins, services }: File): string[] {
  const metrics = named(plugins, 'prometheus')?.config ?? {};
  const wanted = ['status_code_metrics', 'latency_metrics', 'bandwidth_metrics', 'upstream_health_metrics', 'per_consumer'];
  const stripped = asList((named(plugins, 'request-transformer')?.config.remove as { headers?: unknown } | undefined)?.headers).map(
    (header) => String(header).toLowerCase(),
  );
  const names = services.flatMap(({ routes }) => routes.map(({ name }) => name));
  return [
    ...plugins.flatMap((one) => pluginFaults(one, 'file')),
    ...faults('file', [
      [named(plugins, 'correlation-id') !== undefined, 'responses repeat any X-Request-Id of the client; the gateway names requests'],
      [wanted.some((name) => metrics[name] !== true), 'metrics are switched off'],
      [!named(plugins, 'rafaga-retry-after'), 'answers 429, 502, 503 and 504 without Retry-After'],
      [
        ['x-consumer-id', 'x-consumer-username', 'x-credential-identifier', 'x-anonymous-consumer', 'x-authenticated-groups'].some(
          (header) => !stripped.includes(header),
        ),
        'identity headers of clients are not removed',
      ],
      [
        ['true-client-ip', 'cf-connecting-ip', 'x-client-ip', 'x-http-method-override'].some((header) => !stripped.includes(header)),
        'address and method headers of clients are not removed',
      ],
      ...countedTwice(services),
      [new Set(names).size !== names.length, 'two routes share a name'],
    ]),
  ];
}
