/** The table "What Kong answers by itself" in docs/operations.md against the rendered file and the settings of the process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { kongEnvironment, responseHeaderBufferBytes } from './environment.ts';
import { committedFile } from './render.ts';
import { fromYaml } from './yaml-file.ts';

const guide = readFileSync(join(import.meta.dirname, '../docs/operations.md'), 'utf8');
const section = /#### What Kong answers by itself\n([\s\S]*?)\n####/.exec(guide)![1]!;
const rows = [...section.matchAll(/^\| (\d{3}(?:, \d{3})*) \| (.*) \|$/gm)].map(([, statuses, text]) => ({
  statuses: statuses!,
  text: text!,
}));
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

  it('names the sizes of the settings', () => {
    const place = { declarativeFile: '', prefix: '', proxyListen: '', statusListen: '', templates: '', lua: '' };
    const [count, each] = kongEnvironment(place).KONG_NGINX_HTTP_LARGE_CLIENT_HEADER_BUFFERS!.split(' ');
    const kib = Number.parseInt(each!, 10);
    expect(rows.find(({ statuses }) => statuses === '400')!.text).toContain(`${kib} KiB, or more than ${Number(count) * kib} KiB`);
    expect(rows.find(({ statuses }) => statuses === '414')!.text).toContain(`${kib} KiB`);
    expect(rows.find(({ statuses }) => statuses === '502')!.text).toContain(`${responseHeaderBufferBytes / 1_024} KiB`);
  });
});
