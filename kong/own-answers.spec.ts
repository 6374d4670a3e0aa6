/** The table "What Kong answers by itself" in docs/operations.md against the rendered file and the settings of the process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { errorTemplates, kongEnvironment, kongImage, requestsPerSecond, responseHeaderBufferBytes } from './environment.ts';
import { committedFile } from './render.ts';
import { kongSettings } from './settings.ts';
import { fromYaml } from './yaml-file.ts';

const guide = readFileSync(join(import.meta.dirname, '../docs/operations.md'), 'utf8');
const section = /#### What Kong answers by itself\n([\s\S]*?)\n####/.exec(guide)![1]!;
const rows = [...section.matchAll(/^\| (\d{3}(?:, \d{3})*) \| (.*) \| (.*) \| (.*) \|$/gm)].map(([, statuses, text, body, headers]) => ({
  statuses: statuses!,
  text: text!,
  body: body!,
  headers: headers!,
}));
const rowsOf = (status: number) => rows.filter(({ statuses }) => statuses.split(', ').includes(String(status)));
const accepted = [...section.matchAll(/^\| ([^|\d][^|]*) \| ([^|]*) \| ([^|]*) \|$/gm)]
  .slice(1)
  .map(([, types, edge]) => ({ types: types!, edge: edge! }));
const listed = new Set(rows.flatMap(({ statuses }) => statuses.split(', ')).map(Number));

const config = z.record(z.string(), z.unknown()).default({});
const plugins = z.array(z.object({ name: z.string(), config })).default([]);
const file = z
  .object({
    plugins,
    services: z.array(
      z.object({
        name: z.string(),
        connect_timeout: z.number(),
        read_timeout: z.number(),
        plugins,
        routes: z.array(z.object({ plugins })),
      }),
    ),
  })
  .parse(fromYaml(readFileSync(committedFile, 'utf8')));
const used = [...file.plugins, ...file.services.flatMap((one) => [...one.plugins, ...one.routes.flatMap((route) => route.plugins)])];

/** Statuses by which a plug-in of 3.9 ends a request itself. */
const byPlugin: Readonly<Record<string, readonly number[]>> = {
  jwt: [401],
  'rate-limiting': [429],
  'request-size-limiting': [413, 417],
  'request-transformer': [],
  cors: [],
  prometheus: [],
  'rafaga-token': [401],
  'rafaga-retry-after': [],
};
/** The pages that Kong's template of nginx.conf sends to its own handler (494 leaves it as 400), and statuses that nginx answers without it. */
const byNginx = [400, 404, 405, 408, 411, 413, 414, 417, 500, 502, 503, 504, 501, 505];

describe('what Kong answers by itself', () => {
  it('is listed for every plug-in and for nginx, and no other status is', () => {
    const terminations = used.filter(({ name }) => name === 'request-termination').map((one) => Number(one.config.status_code));
    const others = [...new Set(used.map(({ name }) => name))].filter((name) => name !== 'request-termination');
    expect(others.filter((name) => !(name in byPlugin))).toEqual([]);
    expect([...listed].sort()).toEqual([...new Set([...terminations, ...others.flatMap((name) => byPlugin[name]!), ...byNginx])].sort());
  });

  it('names the timeouts of kong.yml', () => {
    const row = rows.find(({ statuses }) => statuses === '504')!.text;
    expect(new Set(file.services.map((one) => one.connect_timeout))).toEqual(new Set([1_000]));
    expect(row).toContain('no connection within 1 s');
    const seconds = [...new Set(file.services.map((one) => one.read_timeout / 1_000))].sort((a, b) => a - b);
    const short = seconds.filter((each) => each < 30);
    expect(row).toContain(`${short.at(0)} to ${short.at(-1)} s`);
    expect(seconds.filter((each) => each >= 30)).toEqual([68, 3_600]);
    expect(row).toMatch(/wait for a job 68 s, uploads and event streams 1 h/);
  });

  it('says for every status when it comes and which body it has', () => {
    expect(rows.filter(({ text, body }) => text.trim() === '' || body.trim() === '')).toEqual([]);
    for (const status of [200, 401, 411])
      expect(rowsOf(status)[0]!.body).toMatch(status === 200 ? /edge_limits_probe_allowed/ : /^problem/);
    const problem = config.parse(used.find((one) => one.name === 'request-termination' && one.config.status_code === 411)?.config);
    expect(problem.content_type).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(String(problem.body))).toMatchObject({ type: 'about:blank', status: 411, code: 'edge' });
    const ofTemplates = [404, 413, 417, 429, 500, 502, 503, 504].flatMap(rowsOf);
    expect(ofTemplates.filter(({ body }) => body !== 'edge')).toEqual([]);
  });

  it('says Retry-After where the plug-in sets it, and nowhere else', () => {
    const seconds = used.find(({ name }) => name === 'rafaga-retry-after')!.config.unavailable_seconds;
    const told = rows.filter(({ headers }) => headers.includes('Retry-After'));
    expect(told.map(({ statuses, headers }) => [statuses, headers])).toEqual([
      ['429', '`Retry-After`: seconds to the next minute'],
      ['429', '`Retry-After: 1`'],
      ...['502', '503', '504'].map((status) => [status, `\`Retry-After: ${seconds}\``]),
    ]);
    const realm = used.find(({ name }) => name === 'jwt')!.config.realm;
    expect(rowsOf(401)[0]!.headers).toContain(`WWW-Authenticate: Bearer realm="${realm}"`);
  });

  it('has the form of every type that a client can accept', () => {
    const formOf = (type: string) => accepted.find(({ types }) => types.includes(`\`${type}\``))?.edge ?? '';
    const json = JSON.parse(readFileSync(join(import.meta.dirname, '../deploy/compose', errorTemplates.JSON), 'utf8')) as Record<
      string,
      string
    >;
    for (const name of Object.keys(json)) expect(formOf('application/json')).toContain(`"${name}"`);
    for (const type of ['text/html', 'application/xml', 'text/plain']) expect(formOf(type)).toContain(`\`${type}; charset=utf-8\``);
    expect(formOf('*/*')).toBe(formOf('application/json'));
    expect(formOf('application/grpc')).toMatch(/empty/);
    expect(accepted[0]!.types).toMatch(/^none,/);
  });

  it('names the limit of nginx', () => {
    const perSecond = requestsPerSecond(kongSettings.parse({}));
    expect(rowsOf(429).map(({ text }) => text)[1]).toContain(
      `more than ${perSecond} requests of an address in a second, after a burst of ${2 * perSecond}`,
    );
  });

  it('names the sizes of the settings', () => {
    const place = { declarativeFile: '', prefix: '', proxyListen: '', statusListen: '', templates: '', lua: '' };
    const [count, each] = kongEnvironment(place).KONG_NGINX_HTTP_LARGE_CLIENT_HEADER_BUFFERS!.split(' ');
    const kib = Number.parseInt(each!, 10);
    expect(rows.find(({ statuses }) => statuses === '400')!.text).toContain(`${kib} KiB, or more than ${Number(count) * kib} KiB`);
    expect(rows.find(({ statuses }) => statuses === '414')!.text).toContain(`${kib} KiB`);
    expect(rows.find(({ statuses }) => statuses === '502')!.text).toContain(`${responseHeaderBufferBytes / 1_024} KiB`);
  });
});

describe('the page about operations', () => {
  const kongPart = guide.slice(guide.indexOf('### Kong\n'), guide.indexOf('### Images\n'));
  const place = { declarativeFile: '', prefix: '', proxyListen: '', statusListen: '', templates: '', lua: '' };

  it('lists all that has to be set together behind a load balancer', () => {
    const table = /#### Behind a load balancer\n([\s\S]*?)\n####/.exec(kongPart)![1]!;
    const values = Object.fromEntries([...table.matchAll(/^\| `(\w+)` \| \w+ \| (.*) \|$/gm)].map(([, name, value]) => [name, value]));
    expect(Object.keys(values)).toEqual([
      'KONG_TRUSTED_IPS',
      'KONG_REAL_IP_HEADER',
      'KONG_REAL_IP_RECURSIVE',
      'GATEWAY_TRUSTED_PROXY_HOPS',
    ]);
    const environment = kongEnvironment(place);
    for (const name of ['KONG_REAL_IP_HEADER', 'KONG_REAL_IP_RECURSIVE']) expect(values[name]).toContain(`\`${environment[name]}\``);
    expect(values.GATEWAY_TRUSTED_PROXY_HOPS).toMatch(/^`2`/);
  });

  it('lists the limit of every tier', () => {
    const table = /#### Limits by address\n([\s\S]*?)\n####/.exec(kongPart)![1]!;
    const told = Object.fromEntries(
      [...table.matchAll(/\| ([\d,]+) \| `(EDGE_LIMIT_\w+)` \|/g)].map(([, value, name]) => [name, Number(value!.replace(',', ''))]),
    );
    expect(told).toEqual(Object.fromEntries(Object.entries(kongSettings.parse({})).filter(([name]) => name.startsWith('EDGE_LIMIT_'))));
  });

  it('forbids HTTP/2, says what Kong costs, and how to move to another version', () => {
    expect(kongPart).toMatch(/\*\*HTTP\/2\*\* must be off/);
    expect(kongPart).toMatch(/Kong adds 3 to 10 ms per request/);
    expect(kongPart).toMatch(/change `image` in `docker-compose.yml` and `kongImage`/);
    expect(kongPart).toContain(`names ${kongImage.split(':')[1]}`);
  });
});
