/** Detects settings of the Kong process that Kong accepts but that are insecure or break requests. */

type Environment = Readonly<Record<string, string | undefined>>;

const kilobytes = (text = '') => Number(/^(\d+)k$/.exec(text)?.[1] ?? 0);
/** Of `8 16k`: eight buffers of 16 KiB. */
const buffersOf = (text = '') => {
  const [count, size] = text.split(' ');
  return { count: Number(count), kilobytes: kilobytes(size) };
};

/** A variable that puts the address of a request, and with it the token of a signed link, into the log. */
const addressVariables = /\$(request|request_uri|uri|document_uri|args|query_string|upstream_uri|http_referer)\b/;

/** Levels whose lines of nginx contain `request: "GET /path"`. */
const talkative = ['debug', 'info', 'notice', 'warn', 'error'];

/** @returns one line per weakness */
export function environmentFaults(environment: Environment): string[] {
  const rules: readonly (readonly [broken: boolean, fault: string])[] = [
    ...addressRules(environment),
    ...answerRules(environment),
    ...logRules(environment),
    [/\bhttp2\b/.test(environment.KONG_PROXY_LISTEN ?? ''), 'http2: bodies without a length pass the routes that refuse them'],
    [environment.KONG_NGINX_DAEMON !== 'off', 'kong start goes to the background, and its container or test ends'],
    [environment.KONG_ADMIN_LISTEN !== 'off', 'the admin API listens'],
    [environment.KONG_UNTRUSTED_LUA !== 'off', 'Lua code of plug-ins runs'],
    [environment.KONG_ALLOW_DEBUG_HEADER !== 'off', 'clients can ask for debug headers'],
    [!['off', 'X-Kong-Request-Id'].includes(environment.KONG_HEADERS ?? ''), 'responses name the version'],
  ];
  return rules.filter(([broken]) => broken).map(([, fault]) => fault);
}

const addressRules = (environment: Environment) =>
  [
    [
      environment.KONG_TRUSTED_IPS !== undefined &&
        (environment.KONG_REAL_IP_HEADER !== 'X-Forwarded-For' || environment.KONG_REAL_IP_RECURSIVE !== 'on'),
      'KONG_TRUSTED_IPS without KONG_REAL_IP_HEADER and KONG_REAL_IP_RECURSIVE: clients choose their address, and with it their limit',
    ],
    [/(^|,)\s*(0\.0\.0\.0|::)\/0/.test(environment.KONG_TRUSTED_IPS ?? ''), 'every peer is a trusted proxy'],
    [
      !/^\$binary_remote_addr zone=\w+:\d+m rate=\d+r\/s$/.test(environment.KONG_NGINX_HTTP_LIMIT_REQ_ZONE ?? '') ||
        !/^zone=\w+ burst=\d+ nodelay$/.test(environment.KONG_NGINX_PROXY_LIMIT_REQ ?? ''),
      'refused tokens and unknown paths are not counted',
    ],
    [environment.KONG_NGINX_PROXY_UNDERSCORES_IN_HEADERS !== 'off', 'headers with underscores pass'],
  ] as const;

/** nginx starts only if the busy buffers hold one buffer and leave one of `proxy_buffers` free (ngx_http_proxy_module). */
function passesLargeHeaders(environment: Environment): boolean {
  const first = kilobytes(environment.KONG_NGINX_PROXY_PROXY_BUFFER_SIZE);
  const busy = kilobytes(environment.KONG_NGINX_PROXY_PROXY_BUSY_BUFFERS_SIZE);
  const others = buffersOf(environment.KONG_NGINX_PROXY_PROXY_BUFFERS);
  return first >= 16 && busy >= Math.max(first, others.kilobytes) && busy <= (others.count - 1) * others.kilobytes;
}

const answerRules = (environment: Environment) =>
  [
    [!passesLargeHeaders(environment), 'responses with large headers become 502'],
    [
      !(buffersOf(environment.KONG_NGINX_HTTP_LARGE_CLIENT_HEADER_BUFFERS).kilobytes >= 16),
      'requests with headers that the gateway accepts become 400',
    ],
    [!/^[1-9]\d*m$/.test(environment.KONG_NGINX_HTTP_CLIENT_MAX_BODY_SIZE ?? ''), 'bodies of unknown length have no largest size'],
    [environment.KONG_ERROR_DEFAULT_TYPE !== 'application/json', 'errors for clients that accept everything are plain text'],
    [
      environment.KONG_NGINX_PROXY_LIMIT_REQ_STATUS !== '429' || environment.KONG_NGINX_PROXY_ERROR_PAGE !== '429 /kong_error_handler',
      'too many requests are answered with a page of nginx',
    ],
    [
      ['JSON', 'HTML', 'XML', 'PLAIN'].some((type) => !environment[`KONG_ERROR_TEMPLATE_${type}`]),
      'some errors have a form of Kong instead of ours',
    ],
  ] as const;

const logRules = (environment: Environment) =>
  [
    [
      !/^\/\S+ edge$/.test(environment.KONG_PROXY_ACCESS_LOG ?? '') ||
        addressVariables.test(environment.KONG_NGINX_HTTP_LOG_FORMAT ?? '$uri'),
      'the access log contains tokens of signed links',
    ],
    [talkative.includes(environment.KONG_LOG_LEVEL ?? 'notice'), 'the error log contains tokens of signed links'],
  ] as const;
