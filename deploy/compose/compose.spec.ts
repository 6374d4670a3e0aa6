import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { serviceNames } from '#contracts';
import { platformConfig, readConfig } from '#platform';
import { gatewaySchema } from '../../apps/gateway/src/config.ts';
import { writeSecrets } from './secrets.ts';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

const container = z.object({
  image: z.string(),
  user: z.string().optional(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  privileged: z.boolean().default(false),
  init: z.boolean().default(false),
  tmpfs: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.coerce.string()).default({}),
  healthcheck: z.object({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }).optional(),
  mem_limit: z.string().optional(),
  cpus: z.number().optional(),
  cpu_shares: z.number().default(1_024),
  stop_grace_period: z.string().optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});
const file = z
  .object({
    services: z.record(z.string(), container),
    networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) })),
    volumes: z.record(z.string(), z.unknown()),
    secrets: z.record(z.string(), z.object({ file: z.string() })),
  })
  .parse(parse(text, { merge: true }));
const all = Object.entries(file.services);
const ours = serviceNames.map((name) => [name, file.services[name]!] as const);
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

describe('docker-compose.yml', () => {
  it('runs the six services and their dependencies', () => {
    expect(Object.keys(file.services).sort()).toEqual(
      [
        ...serviceNames,
        'kong',
        'kong-keys',
        'postgres',
        'redis-cache',
        'redis-limits',
        'nats',
        'prometheus',
        'alertmanager',
        'grafana',
      ].sort(),
    );
  });
  it('publishes Kong on all interfaces and Grafana on loopback only', () => {
    expect(all.flatMap(([name, { ports }]) => ports.map((port) => [name, port]))).toEqual([
      ['kong', '8000:8000'],
      ['grafana', '127.0.0.1:3006:3000'],
    ]);
  });
  it('keeps backing servers on an internal network', () => {
    expect(file.networks).toMatchObject({ edge: { internal: false }, internal: { internal: true } });
    for (const name of ['postgres', 'redis-cache', 'redis-limits', 'nats', 'prometheus'])
      expect(file.services[name]?.networks).toEqual(['internal']);
    expect(all.filter(([, { networks }]) => networks.includes('edge')).map(([name]) => name)).toEqual(['kong', 'grafana']);
    expect(all.filter(([, { networks }]) => networks.includes('outbound')).map(([name]) => name)).toEqual([
      'gateway',
      'audio',
      'posts',
      'alertmanager',
    ]);
  });
  it.each(all)('%s has no powers, a root it cannot write to, and limits', (_name, one) => {
    expect(one).toMatchObject({ read_only: true, cap_drop: ['ALL'], cap_add: [], privileged: false, init: true });
    expect(one.security_opt).toEqual(['no-new-privileges:true']);
    expect(one.mem_limit).toMatch(/^\d+[mg]$/);
    expect(one.cpus).toBeGreaterThan(0);
  });
  it('gives compute services a lower CPU weight than the gateway and the servers', () => {
    expect(all.filter(([, { cpu_shares }]) => cpu_shares < 1_024).map(([name]) => name)).toEqual(['audio', 'video', 'posts']);
  });
  it.each(all)('%s has a health check, or ends by itself', (name, { healthcheck }) => {
    expect(name === 'kong-keys' ? healthcheck?.disable : (healthcheck?.test?.length ?? 0) > 1).toBe(true);
  });
  it.each(all)('%s uses an image with a full version', (_name, { image }) =>
    expect(image).toMatch(/:v?\d+\.\d+\.\d+(-\w+)?$|^postgres:\d+\.\d+-\w+$/),
  );
  it.each(all)('%s mounts existing files read-only', (_name, { volumes }) => {
    for (const [from, , mode] of volumes.map((volume) => volume.split(':'))) {
      if (from!.startsWith('.'))
        expect([from, existsSync(join(root, from!)) || from!.startsWith('./grafana'), mode]).toEqual([from, true, 'ro']);
      else expect(Object.keys(file.volumes)).toContain(from);
    }
  });
  it.each(ours)('%s runs without root, with a tmpfs and a stop grace period', (name, one) => {
    expect(one).toMatchObject({ user: '10001:10001', image: 'rafaga:0.1.0', stop_grace_period: '40s' });
    expect(one.command).toEqual(['node', `dist/apps/${name}/src/main.js`]);
    expect(one.tmpfs[0]).toMatch(/^\/tmp:size=.*noexec,nosuid,nodev$/);
    const { SHUTDOWN_DELAY_MS: delay, SHUTDOWN_GRACE_MS: grace } = one.environment;
    expect(Number(delay) + Number(grace)).toBeLessThan(40_000 - 5_000);
  });
  it.each(ours)('%s has a valid configuration, secrets from files and its own NATS account', (name, one) => {
    const folder = mkdtempSync(join(tmpdir(), 'rafaga-secrets-'));
    try {
      expect(writeSecrets(join(folder, 'secrets'))).toBe('made');
      const innermost = /\$\{\w+:-([^{}]*)\}/;
      const withDefaults = (value: string): string => (innermost.test(value) ? withDefaults(value.replace(innermost, '$1')) : value);
      const here = (value: string) => withDefaults(value.replace('/run/secrets', join(folder, 'secrets')));
      const environment = Object.fromEntries(Object.entries(one.environment).map(([key, value]) => [key, here(value)]));
      const config = readConfig(name === 'gateway' ? gatewaySchema : platformConfig, environment);
      expect(config).toMatchObject({
        NATS_USER: name,
        NATS_URL: 'nats://nats:4222',
        HTTP_HOST: '0.0.0.0',
        HTTP_PORT: 3_000 + serviceNames.indexOf(name),
      });
      expect(one.secrets).toEqual(expect.arrayContaining([`nats_${name}_password`, 'database_url']));
      expect(one.secrets.filter((secret) => secret.startsWith('nats_'))).toEqual([`nats_${name}_password`]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  it('contains no secrets and declares every generated one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rafaga-secrets-'));
    try {
      writeSecrets(join(folder, 'secrets'));
      expect(writeSecrets(join(folder, 'secrets'))).toBe('there already');
      for (const [name, { file: path }] of Object.entries(file.secrets)) {
        expect(path).toBe(`./deploy/secrets/${name}`);
        expect(existsSync(join(folder, 'secrets', name))).toBe(true);
      }
      expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(text).not.toMatch(/(PASSWORD|SECRET)\w*: (?!\/run\/secrets)\S/);
    expect(readFileSync(join(root, '.gitignore'), 'utf8')).toMatch(/^deploy\/secrets\/$/m);
  });
  it('mounts every error template of Kong', () => {
    const { environment, volumes } = file.services.kong!;
    const paths = Object.keys(environment).filter((name) => name.startsWith('KONG_ERROR_TEMPLATE_'));
    expect(paths).toHaveLength(4);
    for (const name of paths) expect(volumes.map((volume) => volume.split(':')[1])).toContain(environment[name]);
  });
  it('trusts no proxy in front of Kong unless told', () => {
    expect(Object.keys(file.services.kong!.environment)).not.toContain('KONG_TRUSTED_IPS');
  });
  it('mounts only declared secrets', () => {
    expect(all.flatMap(([, { secrets }]) => secrets).filter((name) => !file.secrets[name])).toEqual([]);
  });
  it('has a Redis without eviction for limits, and one with eviction for the cache', () => {
    expect(readFileSync(join(root, 'deploy/redis/limits.conf'), 'utf8')).toMatch(/^maxmemory-policy noeviction$/m);
    expect(readFileSync(join(root, 'deploy/redis/cache.conf'), 'utf8')).toMatch(/^maxmemory-policy allkeys-lru$/m);
    expect(file.services['redis-limits']?.volumes).toContain('./deploy/redis/limits.conf:/etc/redis/redis.conf:ro');
  });
  it('starts services after their dependencies are healthy', () => {
    for (const [, { depends_on }] of ours)
      expect(depends_on).toMatchObject({ postgres: { condition: 'service_healthy' }, nats: { condition: 'service_healthy' } });
    expect(file.services.kong?.depends_on).toMatchObject({ 'kong-keys': { condition: 'service_completed_successfully' } });
    expect(file.services['kong-keys']?.depends_on).toMatchObject({ gateway: { condition: 'service_healthy' } });
  });
});

describe('the image', () => {
  const stages = dockerfile.split(/^FROM /m).slice(1);

  it('is built in stages from one pinned Node image; the last has no compiler and no npm', () => {
    expect(dockerfile).not.toMatch(/^# syntax=/m); // would pull an unpinned frontend image
    expect(dockerfile).toMatch(/^ARG NODE=node:24\.\d+\.\d+-bookworm-slim$/m);
    expect(stages.map((stage) => stage.split('\n')[0]!.replace(/^\$\{NODE\}/, 'node'))).toEqual([
      'node AS build',
      'node AS packages',
      'node',
    ]);
    expect(stages.at(-1)).not.toMatch(/npm ci|COPY apps|COPY libs/);
    expect(stages.at(-1)).toContain('/usr/local/bin/npm');
  });
  it('runs as a user without a shell, and has ffmpeg and a health check', () => {
    expect(stages.at(-1)).toMatch(/^USER 10001:10001$/m);
    expect(stages.at(-1)).toMatch(/nologin/);
    expect(stages.at(-1)).toMatch(/ffmpeg/);
    expect(stages.at(-1)).toMatch(/^HEALTHCHECK .*probe\.mjs/m);
  });
  it('installs from the lock file without install scripts', () => {
    expect([...dockerfile.matchAll(/npm ci[^\n]*/g)].every(([line]) => line.includes('--ignore-scripts'))).toBe(true);
  });
  it('copies only existing files that are not ignored', () => {
    const ignore = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, paths]) => paths!.split(' '));
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(copied.filter((path) => !ignore.includes(`!${path}`))).toEqual([]);
    expect(ignore).toContain('*');
  });
});
