/** Each server and each service stopped or frozen, one after the other: what probes, the grade and clients are told, and that it heals. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SystemHealth } from '#contracts';
import { freeze, type ManagedServer } from '#testing';
import { metric } from '../test-e2e/support/test-stack.ts';
import { wrongAlerts } from './support/firing-alerts.ts';
import { checksUntil, healthOf, readinessOf, type SystemStack, startSystemStack, waitFor } from './support/system-stack.ts';
import { recording } from './support/tracks.ts';

const limitMs = 180_000;
/** A cause counts when two checks in a row saw it; one more may have begun before the fault. */
const twoIntervals = 3;
let stack: SystemStack;
let heal: () => unknown = () => undefined;

beforeAll(async () => {
  stack = await startSystemStack();
  await waitFor('a healthy system', isHealthy);
}, 180_000);
afterEach(async () => {
  await heal();
  heal = () => undefined;
}, 60_000);
afterAll(() => stack?.close(), 60_000);

const isHealthy = async () => (await healthOf(stack)).grade === 'healthy';
const has = (code: string, component: string) => (health: SystemHealth) =>
  health.causes.some((cause) => cause.code === code && cause.component === component);
const faults = {
  frozen: async (server: ManagedServer) => {
    heal = freeze(server);
  },
  stopped: async (server: ManagedServer) => {
    heal = () => server.restart();
    await server.kill();
  },
};
const kinds = ['frozen', 'stopped'] as const;
/** After the fault has ended: every service is ready, then the grade follows within two intervals. */
async function expectRecovery(): Promise<void> {
  await heal();
  heal = () => undefined;
  const all = Object.values(stack.services);
  await waitFor('all services are ready', async () =>
    (await Promise.all(all.map(readinessOf))).every(({ status, down }) => status === 200 && down.length === 0),
  );
  expect(await checksUntil(stack, ({ grade, causes }) => grade === 'healthy' && causes.length === 0)).toBeLessThanOrEqual(twoIntervals);
  expect(await wrongAlerts(stack, [])).toBe('');
}
/** What clients are told while something is away: a problem that says when to ask again. */
async function refusal(path: string): Promise<string> {
  const { status, headers, body } = await stack.operator.get(path);
  expect([503, 504]).toContain(status);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  return body.code as string;
}

describe('PostgreSQL', () => {
  it.each(kinds)(
    '%s: no service is ready, the grade is critical, clients are told when to ask again, and it heals',
    async (kind) => {
      await faults[kind](stack.postgres);
      expect(await refusal('/v1/jobs')).toBe('service-unavailable');
      await waitFor('readiness names it', async () => (await readinessOf(stack.services.audio)).down.includes('postgres'));
      expect(await readinessOf(stack.services.gateway)).toMatchObject({ status: 503, down: ['postgres'] });
      expect(await checksUntil(stack, has('dependency-down', 'postgres'))).toBeLessThanOrEqual(twoIntervals);
      expect(await healthOf(stack)).toMatchObject({ grade: 'critical', score: 0 });
      expect(await wrongAlerts(stack, ['DependencyDown', 'HealthCritical'])).toBe('');
      await expectRecovery();
    },
    limitMs,
  );
});

describe('Redis', () => {
  it.each(kinds)(
    '%s: all services stay ready, the grade is degraded, requests are served, and it heals',
    async (kind) => {
      await faults[kind](stack.redis);
      expect(await checksUntil(stack, has('dependency-down', 'redis'))).toBeLessThanOrEqual(twoIntervals);
      expect((await healthOf(stack)).grade).toBe('degraded');
      expect(await readinessOf(stack.services.gateway)).toMatchObject({ status: 200, down: expect.arrayContaining(['redis']) });
      for (const path of ['/v1/jobs', '/v1/tracks', '/v1/videos', '/v1/posts']) expect((await stack.operator.get(path)).status).toBe(200);
      expect(await wrongAlerts(stack, ['DependencyDown', 'LimitsNotShared'])).toBe('');
      await expectRecovery();
    },
    limitMs,
  );
});

describe('NATS', () => {
  it.each(kinds)(
    '%s: requests are refused at once, readiness names it, the gateway gives the grade, and it heals',
    async (kind) => {
      await faults[kind](stack.nats);
      await refusal('/v1/tracks');
      // From the second on, nobody waits for a deadline (5 s): the answer would be deadline-exceeded.
      for (const path of ['/v1/tracks', '/v1/videos', '/v1/posts']) expect(await refusal(path)).toBe('service-unavailable');
      expect(await readinessOf(stack.services.gateway)).toMatchObject({ status: 503, down: ['nats'] });
      const { grade, causes, recommendations } = await healthOf(stack);
      expect([grade, causes.map(({ code, component }) => `${component} ${code}`)]).toEqual([
        'critical',
        ['nats dependency-down', 'health health-unknown'],
      ]);
      expect(recommendations).toEqual([]);
      expect((await stack.operator.get('/v1/jobs')).status).toBe(200); // needs PostgreSQL only
      const { url } = stack.services.health;
      await waitFor('the metric says it', async () => (await metric(url, 'system_health_grade', { grade: 'critical' })) === 1);
      expect(await wrongAlerts(stack, ['DependencyDown', 'HealthCritical'])).toBe('');
      await expectRecovery();
    },
    limitMs,
  );
});

describe('the disk of the store of files', () => {
  it(
    'full: all services stay ready, the grade is degraded, uploads are refused and leave nothing, reads go on, and it heals',
    async () => {
      const { body: track } = await stack.operator.upload(recording(5), { wait: 60 });
      heal = stack.disk.fill();
      expect(await checksUntil(stack, has('disk-low', 'blobs'))).toBeLessThanOrEqual(twoIntervals);
      const { grade, causes, recommendations } = await healthOf(stack);
      expect([grade, causes.length, recommendations]).toEqual(['degraded', 1, []]);
      expect(causes[0]).toMatchObject({
        detail: expect.stringContaining('has 0 MiB left'),
        evidence: [{ unit: 'bytes', limit: 16_777_216 }],
      });
      for (const service of Object.values(stack.services)) expect(await readinessOf(service)).toEqual({ status: 200, down: [] });
      const refused = await stack.operator.upload(recording(60));
      expect([refused.status, refused.body.code, refused.headers.has('retry-after')]).toEqual([507, 'storage-full', true]);
      expect((await stack.operator.get('/v1/tracks')).body.items).toHaveLength(1);
      expect((await stack.operator.raw(`/v1/tracks/${track.id}/file`)).status).toBe(200);
      const { url } = stack.services.gateway;
      await waitFor('the metric says it', async () => (await metric(url, 'blob_store_free_bytes')) === 0);
      expect(await wrongAlerts(stack, ['DiskLow'])).toBe('');
      await expectRecovery();
      expect((await stack.operator.upload(recording(60))).status).toBe(202);
    },
    limitMs,
  );
});

describe('a service', () => {
  const routes = { audio: '/v1/tracks', video: '/v1/videos', posts: '/v1/posts', cache: undefined };
  const named = ['audio', 'video', 'posts', 'cache'] as const;
  it.each(named.flatMap((name) => kinds.map((kind) => [name, kind] as const)))(
    '%s %s: it is absent, its routes are refused, the others go on, and it heals',
    async (name, kind) => {
      const path = routes[name];
      await faults[kind](stack.services[name]);
      expect(await checksUntil(stack, has('service-absent', name))).toBeLessThanOrEqual(twoIntervals);
      const { grade, causes, components } = await healthOf(stack);
      expect([grade, components.find((each) => each.name === name)]).toEqual([
        'degraded',
        expect.objectContaining({ grade: 'critical', copies: 0 }),
      ]);
      expect(causes.find(({ component }) => component === name)?.detail).toBe(`No copy of ${name} answers.`);
      if (path) expect(['service-unavailable', 'deadline-exceeded']).toContain(await refusal(path));
      expect((await readinessOf(stack.services.gateway)).status).toBe(200);
      expect((await stack.operator.get('/v1/jobs')).status).toBe(200);
      expect(await wrongAlerts(stack, ['ServiceAbsent', 'ServiceDown'])).toBe('');
      await expectRecovery();
    },
    limitMs,
  );

  it.each(kinds)(
    'health %s: the gateway says that it cannot be asked, serves everything else, and it heals',
    async (kind) => {
      await faults[kind](stack.services.health);
      await waitFor('the gateway answers by itself', async () => has('health-unknown', 'health')(await healthOf(stack)));
      expect((await healthOf(stack)).grade).toBe('degraded');
      expect((await stack.operator.get('/v1/tracks')).status).toBe(200);
      expect(await wrongAlerts(stack, ['ServiceAbsent', 'ServiceDown'])).toBe('');
      await expectRecovery();
    },
    limitMs,
  );

  it.each(kinds)(
    'gateway %s: the health service finds it absent and the system critical, in its metrics',
    async (kind) => {
      const { url } = stack.services.health;
      await faults[kind](stack.services.gateway);
      await waitFor('the gateway has no score', async () => (await metric(url, 'system_component_score', { component: 'gateway' })) === 0);
      expect(await metric(url, 'system_health_grade', { grade: 'critical' })).toBe(1);
      expect(await wrongAlerts(stack, ['HealthCritical', 'ServiceAbsent', 'ServiceDown'])).toBe('');
      await expectRecovery();
      expect(await metric(url, 'system_health_grade', { grade: 'healthy' })).toBe(1);
    },
    limitMs,
  );
});
