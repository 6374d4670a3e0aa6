/**
 * Settings of the Kong process (`KONG_*`). docker-compose.yml repeats them, which a test compares, and `npm run test:kong` starts Kong with
 * them. What Kong accepts but must not be used is in schema/environment-weaknesses.ts.
 */
import { type KongSettings, kongSettings } from './settings.ts';

/** The newest 3.9 with a published image; see "Moving to another version of Kong" in docs/operations.md. */
export const kongImage = 'kong:3.9.2';

/**
 * Plug-ins of kong.yml; Kong loads no other. Those named `rafaga-…` are in kong/lua, the others are part of Kong's open-source distribution.
 */
export const kongPlugins = [
  'jwt',
  'rate-limiting',
  'request-size-limiting',
  'request-transformer',
  'request-termination',
  'cors',
  'prometheus',
  'rafaga-token',
  'rafaga-retry-after',
];

/** Largest set of response headers, in bytes, that Kong passes on; a larger one is answered with 502. */
export const responseHeaderBufferBytes = 16 * 1_024;

/** Longest `Upload-Metadata` that the gateway accepts and returns, in bytes: the longest of its response headers. */
export const longestMetadataBytes = 8_192;

/** Error templates by the media type that the client accepts. */
export const errorTemplates = {
  JSON: 'kong-error.json',
  HTML: 'kong-error.html',
  XML: 'kong-error.xml',
  PLAIN: 'kong-error.json',
} as const;

/**
 * Requests of one address per second, counted by nginx before any plug-in: unknown paths and refused tokens count too. It lies above the sum
 * of all tiers, so that it never takes effect before them.
 */
export function requestsPerSecond(settings: KongSettings): number {
  const tiers = Object.entries(settings).filter(([name]) => name.startsWith('EDGE_LIMIT_'));
  return Math.ceil((tiers.reduce((sum, [, perMinute]) => sum + Number(perMinute), 0) / 60) * 1.05);
}

/**
 * No address of a request: the paths of signed links contain their tokens. `$upstream_http_x_request_id` is the id that gateway, body and
 * services use; `$kong_request_id` is the `edgeRequestId` of Kong's own answers.
 */
const logFormat =
  "edge '$remote_addr [$time_iso8601] $request_method $server_protocol $status $body_bytes_sent $request_time " +
  "upstream=$upstream_addr $upstream_status $upstream_response_time request_id=$upstream_http_x_request_id edge_request_id=$kong_request_id'";

export interface Place {
  readonly declarativeFile: string;
  readonly prefix: string;
  readonly proxyListen: string;
  readonly statusListen: string;
  /** Folder with the error templates. */
  readonly templates: string;
  /** Folder with our plug-ins: kong/lua. */
  readonly lua: string;
}

/** @returns every variable that Kong is started with */
export function kongEnvironment(place: Place, settings: KongSettings = kongSettings.parse({})): Readonly<Record<string, string>> {
  const perSecond = requestsPerSecond(settings);
  return {
    KONG_DATABASE: 'off',
    KONG_DECLARATIVE_CONFIG: place.declarativeFile,
    KONG_PREFIX: place.prefix,
    KONG_PROXY_LISTEN: place.proxyListen,
    KONG_STATUS_LISTEN: place.statusListen,
    KONG_ADMIN_LISTEN: 'off',
    KONG_ADMIN_GUI_LISTEN: 'off',
    KONG_HEADERS: 'X-Kong-Request-Id', // no version, no latencies
    KONG_ALLOW_DEBUG_HEADER: 'off',
    KONG_ANONYMOUS_REPORTS: 'off',
    KONG_UNTRUSTED_LUA: 'off',
    KONG_PLUGINS: kongPlugins.join(),
    KONG_LUA_PACKAGE_PATH: `${place.lua}/?.lua`,
    KONG_NGINX_WORKER_PROCESSES: '2',
    KONG_NGINX_DAEMON: 'off', // `kong start` goes to the background otherwise
    ...realAddress,
    ...buffers,
    KONG_NGINX_HTTP_LIMIT_REQ_ZONE: `$binary_remote_addr zone=edge:10m rate=${perSecond}r/s`,
    KONG_NGINX_PROXY_LIMIT_REQ: `zone=edge burst=${2 * perSecond} nodelay`,
    KONG_NGINX_PROXY_LIMIT_REQ_STATUS: '429',
    KONG_NGINX_PROXY_ERROR_PAGE: '429 /kong_error_handler',
    KONG_NGINX_PROXY_UNDERSCORES_IN_HEADERS: 'off', // X_Consumer_ID is taken for X-Consumer-ID by some servers
    ...Object.fromEntries(
      Object.entries(errorTemplates).map(([type, name]) => [`KONG_ERROR_TEMPLATE_${type}`, `${place.templates}/${name}`]),
    ),
    KONG_ERROR_DEFAULT_TYPE: 'application/json',
    KONG_NGINX_HTTP_LOG_FORMAT: logFormat,
    KONG_PROXY_ACCESS_LOG: '/dev/stdout edge',
    KONG_PROXY_ERROR_LOG: '/dev/stderr',
    KONG_LOG_LEVEL: 'crit', // lines of lower levels contain the request's address, and with it tokens of signed links
  };
}

/** Effective with KONG_TRUSTED_IPS only; without them Kong would take the client's X-Real-IP for its address. */
const realAddress = { KONG_REAL_IP_HEADER: 'X-Forwarded-For', KONG_REAL_IP_RECURSIVE: 'on' };

const buffers = {
  KONG_NGINX_HTTP_CLIENT_MAX_BODY_SIZE: '2049m', // the largest upload and its form; also for bodies of unknown length
  KONG_NGINX_HTTP_LARGE_CLIENT_HEADER_BUFFERS: '4 16k',
  KONG_NGINX_PROXY_PROXY_BUFFER_SIZE: `${responseHeaderBufferBytes / 1_024}k`,
  KONG_NGINX_PROXY_PROXY_BUFFERS: '8 16k',
  KONG_NGINX_PROXY_PROXY_BUSY_BUFFERS_SIZE: '32k',
};
