/** Kong's plug-ins, with explicit values for all fields with weak defaults. */
import { exposedHeaders, requestHeaders } from '../apps/gateway/src/http/cors-headers.ts';
import type { Need } from './edge-routes.ts';
import { limitOf } from './services.ts';
import type { KongSettings } from './settings.ts';

export interface Plugin {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Tolerance for clock differences in `exp`. */
const clockSkewSeconds = 60;

const realm = 'rafaga';

/** Signature, key and expiry. The gateway checks issuer, audience, type and revocation, which Kong cannot. */
export const jwt = (settings: KongSettings): Plugin => ({
  name: 'jwt',
  config: {
    key_claim_name: 'kid',
    claims_to_verify: ['exp'],
    maximum_expiration: settings.GATEWAY_ACCESS_TOKEN_SECONDS + clockSkewSeconds,
    header_names: ['authorization'],
    uri_param_names: [],
    cookie_names: [],
    run_on_preflight: false,
    secret_is_base64: false,
    realm,
  },
});

/** In front of {@link jwt}: refuses the tokens on which it fails, and gives its 401 the form of the API (kong/lua). */
export const tokenForm: Plugin = { name: 'rafaga-token', config: { realm } };

/** `Retry-After` on what Kong answers itself with 429 and 502 to 504 (kong/lua). */
const retryAfter: Plugin = { name: 'rafaga-retry-after', config: { unavailable_seconds: 5 } };

/**
 * Limits by address: all users share one Kong consumer, and clients control headers. Requests pass when Redis is unavailable, because the
 * gateway also counts, in memory if necessary. Kong counts per service: all routes of a tier belong to one service.
 */
export const rateLimiting = (need: Need, settings: KongSettings): Plugin => limitPerMinute(limitOf(need, settings), settings);

/** `minute` only: each further period would cost another round trip to Redis per request. */
const limitPerMinute = (minute: number, settings: KongSettings): Plugin => ({
  name: 'rate-limiting',
  config: {
    minute,
    limit_by: 'ip',
    policy: 'redis',
    fault_tolerant: true,
    hide_client_headers: true,
    error_message: 'Too many requests',
    sync_rate: -1,
    redis: {
      host: settings.EDGE_REDIS_HOST,
      port: settings.EDGE_REDIS_PORT,
      timeout: 200,
      database: 1,
      password: '{vault://env/redis-limits-password}',
      ssl: settings.EDGE_REDIS_TLS,
      ssl_verify: settings.EDGE_REDIS_TLS,
    },
  },
});

export const sizeLimit = (bytes: number, requireContentLength: boolean): Plugin => ({
  name: 'request-size-limiting',
  config: { allowed_payload_size: bytes, size_unit: 'bytes', require_content_length: requireContentLength },
});

/** A problem document from Kong: where `code` is `edge`, clients use the status. */
const lengthProblem = {
  type: 'about:blank',
  title: 'Length Required',
  status: 411,
  detail: 'Send this body with a Content-Length.',
  code: 'edge',
};

/** Rejects bodies of unknown length, which Kong would buffer to disk completely before checking their size. */
export const lengthRequired: Plugin = {
  name: 'request-termination',
  config: {
    status_code: lengthProblem.status,
    content_type: 'application/problem+json; charset=utf-8',
    body: JSON.stringify(lengthProblem),
  },
};

/**
 * One request per minute, answered by Kong with a metric. Prometheus asks four times a minute: while limits are counted, most of its requests
 * are refused; all of them pass while Kong cannot use its Redis (alert EdgeLimitsOff).
 */
export const limitsProbe = (settings: KongSettings): Plugin[] => [
  limitPerMinute(1, settings),
  {
    name: 'request-termination',
    config: { status_code: 200, content_type: 'text/plain; version=0.0.4', body: 'edge_limits_probe_allowed 1\n' },
  },
];

const prometheus: Plugin = {
  name: 'prometheus',
  config: {
    status_code_metrics: true,
    latency_metrics: true,
    bandwidth_metrics: true,
    upstream_health_metrics: true,
    per_consumer: true,
    ai_metrics: false,
  },
};

/**
 * Headers by which proxies pass identity, address, method or original URL to services. The gateway uses the token and the last entries of
 * X-Forwarded-For only, so these are removed from requests, including those that Kong adds after checking a token. nginx drops their twins with
 * underscores.
 */
export const spoofableHeaders = [
  'X-Consumer-ID',
  'X-Consumer-Custom-ID',
  'X-Consumer-Username',
  'X-Consumer-Groups',
  'X-Credential-Identifier',
  'X-Anonymous-Consumer',
  'X-Authenticated-Groups',
  'X-Authenticated-Scope',
  'X-Authenticated-UserId',
  'X-User-Id',
  'X-Original-URL',
  'X-Rewrite-URL',
  'Forwarded',
  'True-Client-IP',
  'CF-Connecting-IP',
  'X-Client-IP',
  'X-HTTP-Method-Override',
] as const;

const stripHeaders = (headers: readonly string[]): Plugin => ({
  name: 'request-transformer',
  config: { remove: { headers: [...headers] } },
});

/** tus defines X-HTTP-Method-Override; the gateway has a route for it. This instance replaces the one for every route. */
export const stripForUploads = stripHeaders(spoofableHeaders.filter((name) => name !== 'X-HTTP-Method-Override'));

/** Adds CORS headers to responses, so that scripts can read the errors of Kong too. */
const cors = (origins: readonly string[]): Plugin => ({
  name: 'cors',
  config: {
    origins: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    headers: [...requestHeaders],
    exposed_headers: [...exposedHeaders, 'X-Kong-Request-Id'],
    credentials: false,
    private_network: false,
    preflight_continue: true, // Kong would answer 200 with its own list of origins; the gateway answers 204
    max_age: 3_600,
  },
});

/** For every route. */
export const everywhere = ({ EDGE_CORS_ORIGINS: origins }: KongSettings): Plugin[] => [
  ...(origins.length > 0 ? [cors(origins)] : []),
  stripHeaders(spoofableHeaders),
  prometheus,
  retryAfter,
];
