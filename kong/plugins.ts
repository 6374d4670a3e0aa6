/** Kong's plug-ins, with explicit values for all fields with weak defaults. */
import type { Need } from './edge-routes.ts';
import { limitOf } from './services.ts';
import type { KongSettings } from './settings.ts';

export interface Plugin {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Tolerance for clock differences in `exp`. */
const clockSkewSeconds = 60;

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
    realm: 'rafaga',
  },
});

/**
 * Limits by address: all users share one Kong consumer, and clients control headers. Requests pass when Redis is unavailable, because the
 * gateway also counts, in memory if necessary.
 */
export const rateLimiting = (need: Need, settings: KongSettings): Plugin => ({
  name: 'rate-limiting',
  config: {
    minute: limitOf(need, settings),
    limit_by: 'ip',
    policy: 'redis',
    fault_tolerant: true,
    hide_client_headers: true,
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

const correlationId: Plugin = {
  name: 'correlation-id',
  config: { header_name: 'X-Request-Id', generator: 'uuid', echo_downstream: true },
};

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
 * Headers by which proxies pass identity or original URL to services. The gateway uses the token only, so these are removed from requests,
 * including those that Kong adds after checking a token.
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
] as const;

const stripHeaders: Plugin = { name: 'request-transformer', config: { remove: { headers: [...spoofableHeaders] } } };

/** CORS: request headers that scripts may send, and response headers they may read. */
const requestHeaders = [
  ...[
    'Authorization',
    'X-Api-Key',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'If-Range',
    'Last-Event-ID',
    'Prefer',
    'Range',
  ],
  ...[
    'Tus-Resumable',
    'Upload-Checksum',
    'Upload-Defer-Length',
    'Upload-Length',
    'Upload-Metadata',
    'Upload-Offset',
    'X-HTTP-Method-Override',
  ],
];
const answerHeaders = [
  ...['Content-Disposition', 'Content-Range', 'ETag', 'Link', 'Location', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id'],
  ...['Rafaga-Job', 'Rafaga-Track', 'Tus-Resumable', 'Tus-Version', 'Upload-Expires', 'Upload-Length', 'Upload-Metadata', 'Upload-Offset'],
];

const cors = (origins: readonly string[]): Plugin => ({
  name: 'cors',
  config: {
    origins: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    headers: [...requestHeaders],
    exposed_headers: [...answerHeaders],
    credentials: false,
    private_network: false,
    preflight_continue: false,
    max_age: 3_600,
  },
});

/** For every route. */
export const everywhere = ({ EDGE_CORS_ORIGINS: origins }: KongSettings): Plugin[] => [
  correlationId,
  ...(origins.length > 0 ? [cors(origins)] : []),
  stripHeaders,
  prometheus,
];
