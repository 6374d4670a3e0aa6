import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checkDeclarative } from './check.ts';
import { committedFile } from './render.ts';
import { fromYaml } from './yaml-file.ts';

// biome-ignore lint/suspicious/noExplicitAny: each case modifies one property of the file
type Anything = any;

const fresh = (): Anything => fromYaml(readFileSync(committedFile, 'utf8'));
const service = (file: Anything, name: string): Anything => file.services.find((one: Anything) => one.name === name);
const route = (file: Anything, name: string): Anything =>
  file.services.flatMap((one: Anything) => one.routes).find((one: Anything) => one.name === name);
const config = (owner: Anything, name: string): Anything => owner.plugins.find((one: Anything) => one.name === name).config;
const without = (owner: Anything, name: string) => {
  owner.plugins = owner.plugins.filter((one: Anything) => one.name !== name);
};

const planted: [string, (file: Anything) => void, RegExp][] = [
  ['a format that is a number', (file) => (file._format_version = 3), /_format_version: must be text/],
  ['an old format', (file) => (file._format_version = '2.1'), /_format_version: must be one of 3.0/],
  ['an unknown entity', (file) => (file.gateways = []), /file.gateways: unknown field/],
  ['an unknown field of a service', (file) => (service(file, 'reads').timeout = 3), /timeout: unknown field/],
  ['an unknown field of a route', (file) => (route(file, 'getMe').regex = true), /regex: unknown field/],
  ['a route without a name', (file) => delete route(file, 'getMe').name, /name: is missing|cannot be checked/],
  ['a service without a host', (file) => delete service(file, 'reads').host, /host: is missing/],
  ['a plug-in that we do not know', (file) => file.plugins.push({ name: 'pre-function', config: {} }), /no plug-in that we know/],
  ['a field of 3.10 only (cors)', (file) => (config(file, 'cors').allow_origin_absent = true), /allow_origin_absent: unknown field/],
  ['a field of 3.10 only (prometheus)', (file) => (config(file, 'prometheus').wasm_metrics = true), /wasm_metrics: unknown field/],
  [
    'deprecated flat fields of redis',
    (file) => (config(service(file, 'reads'), 'rate-limiting').redis_host = 'x'),
    /redis_host: unknown field/,
  ],
  [
    'a policy that needs a database',
    (file) => (config(service(file, 'reads'), 'rate-limiting').policy = 'cluster'),
    /policy: must be one of/,
  ],
  [
    'a secret in the file',
    (file) => (config(service(file, 'reads'), 'rate-limiting').redis.password = 'hunter2'),
    /password: does not look right/,
  ],
  ['a time limit of nothing', (file) => (service(file, 'reads').read_timeout = 0), /read_timeout: must lie between/],
  [
    'a size that is not a number',
    (file) => (config(route(file, 'getMe'), 'request-size-limiting').allowed_payload_size = '8'),
    /must be a whole number/,
  ],
  [
    'a claim that Kong cannot verify',
    (file) => (config(route(file, 'getMe'), 'jwt').claims_to_verify = ['aud']),
    /must be one of exp, nbf/,
  ],

  ['expired tokens', (file) => delete config(route(file, 'getMe'), 'jwt').claims_to_verify, /expired tokens/],
  ['tokens in the query', (file) => delete config(route(file, 'getMe'), 'jwt').uri_param_names, /tokens in the query/],
  ['tokens in cookies', (file) => (config(route(file, 'getMe'), 'jwt').cookie_names = ['jwt']), /tokens in cookies/],
  ['an anonymous way in', (file) => (config(route(file, 'getMe'), 'jwt').anonymous = 'guest'), /as anonymous/],
  ['tokens of any age', (file) => delete config(route(file, 'getMe'), 'jwt').maximum_expiration, /tokens of any age/],
  ['tokens that make the jwt plug-in fail', (file) => without(route(file, 'getMe'), 'rafaga-token'), /answered with 500/],
  ['no time to wait in the errors of Kong', (file) => without(file, 'rafaga-retry-after'), /without Retry-After/],
  ['tokens required for preflights', (file) => delete config(route(file, 'getMe'), 'jwt').run_on_preflight, /preflight requests/],
  [
    'a header that need not look like a key',
    (file) => (route(file, 'reads-get-by-key-header').headers = { 'x-api-key': ['~*rfg_'] }),
    /reads-get-by-key-header: requires no token/,
  ],
  ['a closed route without jwt', (file) => without(route(file, 'deleteTrack'), 'jwt'), /deleteTrack: requires no token/],
  ['the algorithm left to its default', (file) => delete file.consumers[0].jwt_secrets[0].algorithm, /is HS256, not RS256/],
  ['a key without its PEM', (file) => delete file.consumers[0].jwt_secrets[0].rsa_public_key, /has no public key/],
  ['a private key', (file) => (file.consumers[0].jwt_secrets[0].rsa_public_key = '-----BEGIN PRIVATE KEY-----'), /holds a secret/],
  ['a shared secret', (file) => (file.consumers[0].jwt_secrets[0].secret = 'x'), /holds a secret/],

  ['retries on POST', (file) => (service(file, 'writes').retries = 5), /may not be repeated/],
  ['retries left to their default', (file) => delete service(file, 'uploads').retries, /may not be repeated/],
  ['time limits left to their defaults', (file) => delete service(file, 'reads').read_timeout, /default timeouts/],
  ['a long wait for connections', (file) => (service(file, 'reads').connect_timeout = 60_000), /long connect timeout/],
  ['a long wait for the first byte', (file) => (service(file, 'reads').read_timeout = 35_000), /gateway that hangs/],
  ['a host without checks', (file) => (service(file, 'reads').host = 'gateway'), /its host is not an upstream/],

  ['an expression without ~', (file) => (route(file, 'getTrack').paths = ['/v1/tracks/[^/]+$']), /taken literally/],
  ['an expression without an end', (file) => (route(file, 'getTrack').paths = ['~/v1/tracks/[^/]+']), /matches longer paths/],
  ['a prefix', (file) => (route(file, 'getMe').paths = ['/v1']), /prefix of longer paths/],
  ['a catch-all', (file) => (route(file, 'getMe').paths = ['/']), /is a catch-all/],
  ['a catch-all as an expression', (file) => (route(file, 'getMe').paths = ['~/.*$']), /is a catch-all/],
  ['no path', (file) => delete route(file, 'getMe').paths, /catches everything/],
  ['no methods', (file) => delete route(file, 'getMe').methods, /accepts every method/],
  ['the path stripped by default', (file) => delete route(file, 'getMe').strip_path, /strips its path/],
  ['metrics shown', (file) => (route(file, 'getMe').paths = ['~/metrics$']), /internal endpoints/],
  ['probes shown', (file) => (route(file, 'getMe').paths = ['~/health/ready$']), /internal endpoints/],
  ['a second route of the same name', (file) => (route(file, 'getMe').name = 'getTrack'), /share a name/],

  ['no rate limit', (file) => without(service(file, 'credentials'), 'rate-limiting'), /has no rate limit/],
  ['a limit without a number', (file) => delete config(service(file, 'reads'), 'rate-limiting').minute, /has no limit/],
  ['a second period of a limit', (file) => (config(service(file, 'reads'), 'rate-limiting').hour = 9_000), /once per period/],
  ['limits counted locally', (file) => delete config(service(file, 'reads'), 'rate-limiting').policy, /counts per Kong instance/],
  ['one limit for all users', (file) => delete config(service(file, 'reads'), 'rate-limiting').limit_by, /one limit between all users/],
  ['limits by a header', (file) => (config(service(file, 'reads'), 'rate-limiting').limit_by = 'header'), /client-controlled header/],
  ['a slow Redis waited for', (file) => delete config(service(file, 'reads'), 'rate-limiting').redis.timeout, /long Redis timeout/],
  ['nothing said about a missing Redis', (file) => delete config(service(file, 'reads'), 'rate-limiting').fault_tolerant, /without Redis/],
  ['no size cap', (file) => without(route(file, 'createSession'), 'request-size-limiting'), /has no size cap/],
  [
    'buffering of an upload of unknown length',
    (file) => (config(route(file, 'createTrack'), 'request-size-limiting').require_content_length = false),
    /buffers streams of unknown length/,
  ],

  ['no active health checks', (file) => delete file.upstreams[0].healthchecks.active, /never detects failed targets/],
  [
    'no recovery of unhealthy targets',
    (file) => delete file.upstreams[0].healthchecks.active.healthy.interval,
    /never detects recovered targets/,
  ],
  ['health checks on another page', (file) => delete file.upstreams[0].healthchecks.active.http_path, /does not check readiness/],
  [
    'answers of 502 as sickness',
    (file) => (file.upstreams[0].healthchecks.passive.unhealthy.http_failures = 5),
    /failures that they provoke/,
  ],
  ['resets as sickness', (file) => (file.upstreams[0].healthchecks.passive.unhealthy.tcp_failures = 2), /failures that they provoke/],
  ['slow requests as sickness', (file) => (file.upstreams[0].healthchecks.passive.unhealthy.timeouts = 3), /failures that they provoke/],
  ['no targets', (file) => (file.upstreams[0].targets = []), /has no targets/],

  ['every origin', (file) => (config(file, 'cors').origins = ['*']), /every origin/],
  ['origins left to their default', (file) => delete config(file, 'cors').origins, /every origin/],
  ['origins as expressions', (file) => (config(file, 'cors').origins = ['https://.*.example.org']), /are expressions/],
  ['metrics switched off', (file) => delete config(file, 'prometheus').latency_metrics, /metrics are switched off/],
  [
    "the client's request id repeated",
    (file) => file.plugins.push({ name: 'correlation-id', config: { header_name: 'X-Request-Id', echo_downstream: true } }),
    /repeat any X-Request-Id/,
  ],
  [
    'address headers of clients let through',
    (file) => (config(file, 'request-transformer').remove.headers = config(file, 'request-transformer').remove.headers.slice(0, 12)),
    /address and method headers/,
  ],
  ['headers of tus hidden from scripts', (file) => config(file, 'cors').exposed_headers.splice(0, 20), /hides headers/],
  ['preflights answered by Kong', (file) => (config(file, 'cors').preflight_continue = false), /preflight requests with 200/],
  [
    'API keys counted apart from tokens',
    (file) => {
      const reads = service(file, 'reads');
      const byKey = reads.routes.filter(({ name }: Anything) => /by-key/.test(name));
      reads.routes = reads.routes.filter(({ name }: Anything) => !/by-key/.test(name));
      file.services.push({ ...reads, name: 'reads-by-key', routes: byKey });
    },
    /reads and reads-by-key count the same requests apart/,
  ],
  ['identity headers let through', (file) => without(file, 'request-transformer'), /identity headers/],
];

describe('checkDeclarative', () => {
  it('accepts the committed file', () => expect(checkDeclarative(fresh())).toEqual([]));

  it.each(planted)('finds %s', (_what, plant, fault) => {
    const file = fresh();
    plant(file);
    expect(checkDeclarative(file).join('\n')).toMatch(fault);
  });
});
