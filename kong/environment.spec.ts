import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { kongSettingsOf } from './e2e/settings.ts';
import { errorTemplates, kongEnvironment, kongImage, kongPlugins, requestsPerSecond } from './environment.ts';
import { committedFile } from './render.ts';
import { environmentFaults } from './schema/environment-weaknesses.ts';
import { kongSettings } from './settings.ts';

const root = join(import.meta.dirname, '..');
const composeFile = z.object({
  services: z.object({ kong: z.object({ image: z.string(), environment: z.record(z.string(), z.string()) }) }),
});
const { kong } = composeFile.parse(parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true })).services;
const composed = Object.fromEntries(Object.entries(kong.environment).map(([name, value]) => [name, value.replaceAll('$$', '$')]));
const place = {
  declarativeFile: '/var/lib/rafaga/kong/kong.yml',
  prefix: '/run/kong',
  proxyListen: '0.0.0.0:8000',
  statusListen: '0.0.0.0:8100',
  templates: '/opt/rafaga',
  lua: '/opt/rafaga/lua',
};

describe('the settings of the Kong process', () => {
  it('are the same in docker-compose.yml', () => expect(composed).toEqual(kongEnvironment(place)));
  it('are the same in npm run test:kong, but for places', () => {
    const e2e = kongSettingsOf({
      file: '/tmp/kong.yml',
      prefix: '/tmp/prefix',
      port: 8_000,
      statusPort: 8_100,
      templates: '/tmp',
      lua: '/tmp',
    });
    expect(environmentFaults(e2e)).toEqual([]);
    const places = /^KONG_(DECLARATIVE_CONFIG|PREFIX|PROXY_LISTEN|STATUS_LISTEN|ERROR_TEMPLATE_\w+|LUA_PACKAGE_PATH|NGINX_USER)$/;
    const rest = (environment: object) => Object.entries(environment).filter(([name]) => !places.test(name));
    expect(rest(e2e)).toEqual(rest(kongEnvironment(place)));
  });
  it('have no known weakness', () => expect(environmentFaults(composed)).toEqual([]));
  it('name the image of docker-compose.yml', () => expect(kong.image).toBe(kongImage));
  it('load the plug-ins of kong.yml and no other', () => {
    const used = new Set([...readFileSync(committedFile, 'utf8').matchAll(/^ *- name: ([\w-]+)\n *config:/gm)].map(([, name]) => name!));
    expect([...used].sort()).toEqual([...kongPlugins].sort());
  });
  it('let the largest upload pass, with its form', () => {
    const largest = kongSettings.parse({}).GATEWAY_UPLOAD_MAX_BYTES;
    const mebibytes = Number.parseInt(composed.KONG_NGINX_HTTP_CLIENT_MAX_BODY_SIZE!, 10);
    expect(mebibytes * 1_024 ** 2).toBeGreaterThan(largest);
    expect(mebibytes * 1_024 ** 2).toBeLessThanOrEqual(largest + 1_024 ** 2);
  });
  it('allow an address as many requests as all tiers together, and not twice as many', () => {
    const settings = kongSettings.parse({});
    const perMinute = Object.entries(settings).flatMap(([name, value]) => (name.startsWith('EDGE_LIMIT_') ? [Number(value)] : []));
    const tiersPerSecond = perMinute.reduce((sum, value) => sum + value, 0) / 60;
    expect(requestsPerSecond(settings)).toBeGreaterThanOrEqual(tiersPerSecond);
    expect(requestsPerSecond(settings)).toBeLessThan(2 * tiersPerSecond);
  });

  const planted: [string, Record<string, string | undefined>, RegExp][] = [
    ['a small buffer for response headers', { KONG_NGINX_PROXY_PROXY_BUFFER_SIZE: undefined }, /become 502/],
    ['few buffers for responses', { KONG_NGINX_PROXY_PROXY_BUFFERS: undefined }, /become 502/],
    ['buffers that nginx refuses to start with', { KONG_NGINX_PROXY_PROXY_BUFFERS: '2 16k' }, /become 502/],
    ['small buffers for request headers', { KONG_NGINX_HTTP_LARGE_CLIENT_HEADER_BUFFERS: undefined }, /become 400/],
    ['bodies of any size', { KONG_NGINX_HTTP_CLIENT_MAX_BODY_SIZE: '0' }, /no largest size/],
    ["Kong's default form of errors", { KONG_ERROR_DEFAULT_TYPE: undefined }, /plain text/],
    ['a Kong in the background', { KONG_NGINX_DAEMON: undefined }, /background/],
    ['a busy buffer smaller than one buffer', { KONG_NGINX_PROXY_PROXY_BUSY_BUFFERS_SIZE: '8k' }, /become 502/],
    ['a trusted proxy without its header', { KONG_TRUSTED_IPS: '10.0.0.0/8', KONG_REAL_IP_HEADER: undefined }, /choose their address/],
    ['a trusted proxy without recursion', { KONG_TRUSTED_IPS: '10.0.0.0/8', KONG_REAL_IP_RECURSIVE: 'off' }, /choose their address/],
    ['trust in everybody', { KONG_TRUSTED_IPS: '0.0.0.0/0,::/0' }, /every peer/],
    ['no count before the plug-ins', { KONG_NGINX_PROXY_LIMIT_REQ: undefined }, /not counted/],
    ['no zone for it', { KONG_NGINX_HTTP_LIMIT_REQ_ZONE: undefined }, /not counted/],
    ['503 for too many requests', { KONG_NGINX_PROXY_LIMIT_REQ_STATUS: undefined }, /page of nginx/],
    ['HTTP/2', { KONG_PROXY_LISTEN: '0.0.0.0:8443 http2 ssl' }, /http2/],
    ['addresses in the access log', { KONG_NGINX_HTTP_LOG_FORMAT: `edge '$request'` }, /tokens of signed links/],
    ['the default format of the access log', { KONG_PROXY_ACCESS_LOG: '/dev/stdout' }, /tokens of signed links/],
    ['referrers in the access log', { KONG_NGINX_HTTP_LOG_FORMAT: `edge '$http_referer'` }, /tokens of signed links/],
    ['addresses in the error log', { KONG_LOG_LEVEL: undefined }, /error log contains tokens/],
    ['headers with underscores', { KONG_NGINX_PROXY_UNDERSCORES_IN_HEADERS: undefined }, /underscores pass/],
    ["Kong's own XML", { KONG_ERROR_TEMPLATE_XML: undefined }, /a form of Kong/],
    ['Lua', { KONG_UNTRUSTED_LUA: 'on' }, /Lua code/],
    ['version headers', { KONG_HEADERS: undefined }, /name the version/],
  ];
  it.each(planted)('are refused with %s', (_what, change, fault) => {
    expect(environmentFaults({ ...composed, ...change }).join('\n')).toMatch(fault);
  });
});

describe('the error templates of Kong', () => {
  const textOf = (name: string) => readFileSync(join(root, 'deploy/compose', name), 'utf8');
  /** Lua's string.format with the message and the request id; `%.0s` takes the message and writes nothing. */
  const formatted = (name: string) => {
    expect(textOf(name).match(/%(\.\d+)?./g)).toEqual(['%.0s', '%s']);
    return textOf(name).replace('%.0s', '').replace('%s', 'f00d');
  };

  it('give one problem document for JSON and plain text, without the words of Kong', () => {
    expect(errorTemplates.PLAIN).toBe(errorTemplates.JSON);
    expect(JSON.parse(formatted(errorTemplates.JSON))).toEqual({
      type: 'about:blank',
      title: 'Answered at the edge',
      detail: expect.stringMatching(/status/),
      code: 'edge',
      edgeRequestId: 'f00d',
    });
  });
  it('give the same in XML (RFC 9457, appendix B) and HTML', () => {
    expect(formatted(errorTemplates.XML)).toMatch(/<problem xmlns="urn:ietf:rfc:7807">[\s\S]*<code>edge<\/code>\s*<edgeRequestId>f00d</);
    expect(formatted(errorTemplates.HTML)).toMatch(/^<!doctype html>[\s\S]*edge[\s\S]*f00d/);
  });
});

describe('kong.sh', () => {
  const start = (environment: Record<string, string>) => {
    const folder = mkdtempSync(join(tmpdir(), 'rafaga-kong-sh-'));
    try {
      writeFileSync(join(folder, 'password'), 'secret');
      const files = { REDIS_LIMITS_PASSWORD_FILE: join(folder, 'password'), KONG_ENTRYPOINT: '/bin/echo' };
      const { status, stdout, stderr } = spawnSync('sh', [join(root, 'deploy/compose/kong.sh')], {
        env: { PATH: process.env.PATH ?? '', ...files, ...environment },
        encoding: 'utf8',
      });
      return { status, said: stdout + stderr };
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it('starts Kong with the settings of docker-compose.yml, also behind a trusted proxy', () => {
    expect(start(composed)).toEqual({ status: 0, said: 'kong docker-start\n' });
    expect(start({ ...composed, KONG_TRUSTED_IPS: '10.1.0.0/16' })).toMatchObject({ status: 0 });
  });
  it.each([
    ['HTTP/2', { KONG_PROXY_LISTEN: '0.0.0.0:8443 http2 ssl' }, /must not contain http2/],
    ['a trusted proxy without its header', { KONG_TRUSTED_IPS: '10.1.0.0/16' }, /KONG_REAL_IP_HEADER/],
    ['a trusted proxy without recursion', { KONG_TRUSTED_IPS: '10.1.0.0/16', KONG_REAL_IP_HEADER: 'X-Forwarded-For' }, /RECURSIVE/],
  ])('refuses to start with %s', (_what, environment, reason) => {
    const { status, said } = start(environment);
    expect(status).toBe(64);
    expect(said).toMatch(reason);
  });
});
