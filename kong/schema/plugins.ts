/** Configuration schema of the plug-ins in use, for Kong 3.9; fields of 3.10 and later are excluded. */
import { type Fields, list, number, oneOf, optional, record, required, text, whole, yesNo } from './shape.ts';

const headerName = /^[A-Za-z0-9-]+$/;
const httpMethod = oneOf('GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT');

const jwt = {
  ...optional({
    uri_param_names: list(text()),
    cookie_names: list(text()),
    header_names: list(text(headerName), 1),
    key_claim_name: text(),
    secret_is_base64: yesNo,
    claims_to_verify: list(oneOf('exp', 'nbf')),
    anonymous: text(),
    run_on_preflight: yesNo,
    maximum_expiration: number(0, 31_536_000),
    realm: text(),
  }),
};

const redis = {
  ...required({ host: text() }),
  ...optional({
    port: whole(1, 65_535),
    timeout: whole(1, 2 ** 31 - 2),
    username: text(),
    password: text(/^\{vault:\/\/[a-z]+\/[a-z-]+\}$/),
    database: whole(),
    ssl: yesNo,
    ssl_verify: yesNo,
    server_name: text(),
  }),
};

const rateLimiting = {
  ...optional({
    ...Object.fromEntries(['second', 'minute', 'hour', 'day', 'month', 'year'].map((period) => [period, number(1)])),
    limit_by: oneOf('consumer', 'credential', 'ip', 'service', 'header', 'path'),
    header_name: text(headerName),
    path: text(/^\//),
    policy: oneOf('local', 'redis'), // `cluster` needs a database
    fault_tolerant: yesNo,
    redis: record(redis),
    hide_client_headers: yesNo,
    error_code: number(1),
    error_message: text(),
    sync_rate: number(-1),
  }),
};

const changes = record(optional({ body: list(text()), headers: list(text()), querystring: list(text()) }));

export const pluginFields: Readonly<Record<string, Fields>> = {
  jwt,
  'rate-limiting': rateLimiting,
  'correlation-id': optional({
    header_name: text(headerName),
    generator: oneOf('uuid', 'uuid#counter', 'tracker'),
    echo_downstream: yesNo,
  }),
  prometheus: optional({
    per_consumer: yesNo,
    status_code_metrics: yesNo,
    ai_metrics: yesNo,
    latency_metrics: yesNo,
    bandwidth_metrics: yesNo,
    upstream_health_metrics: yesNo,
  }),
  'request-size-limiting': optional({
    allowed_payload_size: whole(1),
    size_unit: oneOf('megabytes', 'kilobytes', 'bytes'),
    require_content_length: yesNo,
  }),
  'request-transformer': optional({
    http_method: text(),
    remove: changes,
    rename: changes,
    replace: changes,
    add: changes,
    append: changes,
  }),
  'request-termination': optional({
    status_code: whole(100, 599),
    message: text(),
    content_type: text(),
    body: text(),
    echo: yesNo,
    trigger: text(headerName),
  }),
  'rafaga-token': optional({ realm: text() }),
  'rafaga-retry-after': optional({ unavailable_seconds: whole(1, 3_600) }),
  cors: optional({
    origins: list(text()),
    headers: list(text()),
    exposed_headers: list(text()),
    methods: list(httpMethod),
    max_age: number(),
    credentials: yesNo,
    private_network: yesNo,
    preflight_continue: yesNo,
  }),
};
