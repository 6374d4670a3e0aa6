/** Schema of the entities of a declarative file in Kong 3.9. */
import { type Fields, list, number, oneOf, optional, record, required, text, whole, yesNo } from './shape.ts';

const tags = list(text());
const protocol = oneOf('http', 'https');
const statuses = list(whole(100, 999));
const timeoutMs = whole(1, 2 ** 31 - 2);

const plugin: Fields = {
  ...required({ name: text() }),
  ...optional({
    config: { is: 'map', of: { is: 'record', fields: {} } }, // validated by plug-in name in check.ts
    instance_name: text(),
    enabled: yesNo,
    protocols: list(protocol),
    tags,
    route: text(),
    service: text(),
    consumer: text(),
  }),
};

const route: Fields = {
  ...required({ name: text() }),
  ...optional({
    paths: list(text(/^~?\//), 1),
    methods: list(text(/^[A-Z]+$/), 1),
    hosts: list(text()),
    headers: { is: 'map', of: list(text(), 1) },
    snis: list(text()),
    protocols: list(protocol, 1),
    https_redirect_status_code: whole(301, 426),
    regex_priority: whole(),
    strip_path: yesNo,
    preserve_host: yesNo,
    path_handling: oneOf('v0', 'v1'),
    request_buffering: yesNo,
    response_buffering: yesNo,
    tags,
  }),
};

const service: Fields = {
  ...required({ name: text(), host: text() }),
  ...optional({
    retries: whole(0, 32_767),
    protocol,
    port: whole(1, 65_535),
    path: text(/^\//),
    connect_timeout: timeoutMs,
    write_timeout: timeoutMs,
    read_timeout: timeoutMs,
    enabled: yesNo,
    tls_verify: yesNo,
    tls_verify_depth: whole(0, 64),
    tags,
  }),
};

const failing = { http_failures: whole(0, 255), tcp_failures: whole(0, 255), timeouts: whole(0, 255), http_statuses: statuses };
const healthy = { successes: whole(0, 255), http_statuses: statuses };
const interval = number(0, 65_535);
const checkType = oneOf('tcp', 'http', 'https', 'grpc', 'grpcs');

const active = record(
  optional({
    type: checkType,
    timeout: number(0, 65_535),
    concurrency: whole(1),
    http_path: text(/^\//),
    https_sni: text(),
    https_verify_certificate: yesNo,
    headers: { is: 'map', of: list(text()) },
    healthy: record(optional({ interval, ...healthy })),
    unhealthy: record(optional({ interval, ...failing })),
  }),
);
const passive = record(optional({ type: checkType, healthy: record(optional(healthy)), unhealthy: record(optional(failing)) }));

const target: Fields = { ...required({ target: text(/^[^\s:]+:\d+$/) }), ...optional({ weight: whole(0, 65_535), tags }) };

const upstream: Fields = {
  ...required({ name: text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/) }),
  ...optional({
    algorithm: oneOf('consistent-hashing', 'least-connections', 'round-robin', 'latency'),
    slots: whole(10, 65_536),
    hash_on: text(),
    hash_fallback: text(),
    host_header: text(),
    use_srv_name: yesNo,
    healthchecks: record(optional({ active, passive, threshold: number(0, 100) })),
    tags,
  }),
};

const jwtSecret: Fields = {
  ...required({ key: text() }),
  ...optional({
    algorithm: oneOf('HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'EdDSA'),
    rsa_public_key: text(),
    secret: text(),
    tags,
  }),
};

const consumer: Fields = { ...required({ username: text() }), ...optional({ custom_id: text(), tags }) };

const top: Fields = {
  ...required({ _format_version: oneOf('3.0') }),
  ...optional({ _transform: yesNo }),
};

export const entityFields = { top, upstream, target, consumer, jwtSecret, service, route, plugin };
export type Kind = keyof typeof entityFields;
