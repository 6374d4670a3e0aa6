import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { serviceNames } from '#contracts';
import { platformConfig } from '#platform';
import { gatewaySchema } from '../../apps/gateway/src/config.ts';
import { postsConfigSchema } from '../../apps/posts/src/config.ts';
import { units } from './units.ts';

const here = import.meta.dirname;
const rendered = units();
const unit = rendered['rafaga@.service']!;
const variables = (path: string) => [...rendered[path]!.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name!.replace(/_FILE$/, ''));

describe('deploy/systemd', () => {
  it('is as rendered: if not, run `npm run deploy:render`', () => {
    const present = globSync('**/*.{service,target,conf,env,example}', { cwd: here }).toSorted();
    expect(present).toEqual(Object.keys(rendered).toSorted());
    for (const [path, text] of Object.entries(rendered)) expect(readFileSync(join(here, path), 'utf8')).toBe(text);
  });
  it('starts the program of each service, and all of them with one target', () => {
    for (const name of serviceNames) {
      expect(existsSync(join(here, '../../apps', name, 'src/main.ts'))).toBe(true);
      expect(rendered['rafaga.target']).toContain(`rafaga@${name}.service`);
      expect(rendered[`rafaga@${name}.service.d/limits.conf`]).toMatch(/MemoryMax=\d+[MG]\nCPUQuota=\d+%/);
    }
    expect(unit).toContain('ExecStart=/usr/bin/node dist/apps/%i/src/main.js\n');
  });
  it('sets variables that services know, and a port for each', () => {
    const known = [gatewaySchema, postsConfigSchema, platformConfig].flatMap(({ shape }) => Object.keys(shape)).concat('NODE_ENV');
    for (const path of Object.keys(rendered).filter((each) => each.startsWith('etc/'))) {
      expect(variables(path).filter((name) => !known.includes(name))).toEqual([]);
    }
    const ports = serviceNames.map((name) => /HTTP_PORT=(\d+)/.exec(rendered[`etc/${name}.env`]!)?.[1]);
    expect(new Set(ports).size).toBe(serviceNames.length);
  });
  it('gives a service more time to stop than it takes, and no powers', () => {
    const grace = Number(/SHUTDOWN_GRACE_MS=(\d+)/.exec(rendered['etc/rafaga.env.example']!)?.[1]);
    expect(1_000 * Number(/TimeoutStopSec=(\d+)/.exec(unit)?.[1])).toBeGreaterThan(grace + 5_000);
    for (const line of ['NoNewPrivileges=yes', 'CapabilityBoundingSet=', 'ProtectSystem=strict', 'User=rafaga'])
      expect(unit).toContain(`\n${line}\n`);
  });
  it('is understood by systemd, where it is installed', () => {
    const { error, stderr } = spawnSync('systemd-analyze', ['verify', join(here, 'rafaga@.service')], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    if (error) return; // not installed: the structure above is all that can be checked
    expect(stderr.split('\n').filter((line) => /Unknown (key|section|lvalue)|Failed to parse/.test(line))).toEqual([]);
  });
});
