import { describe, expect, it } from '@jest/globals';
import { type ServiceDescription, type ServiceName, type ServiceStatus, serviceNames } from '#contracts';
import { findCauses } from './causes.ts';
import { HealthPicture } from './health-picture.ts';
import type { Observation } from './observation.ts';
import { recommend } from './recommendations.ts';
import { systemConfigOf } from './system-config.ts';

const copy = (service: ServiceName, changes: Partial<ServiceStatus> = {}): ServiceStatus => ({
  service,
  instance: '1',
  version: '0',
  uptimeSeconds: 1,
  ready: true,
  dependencies: [{ name: 'redis', required: false, up: true }],
  eventLoopDelayP99Ms: 0,
  rssBytes: 1,
  ...changes,
});
const setting = (name: string, value: string | null, isSecret = false) =>
  ({ name, value, isSecret, isSet: true, source: 'default', isChangeable: false }) as const;
const described = (service: ServiceName, changes: Partial<ServiceDescription> = {}): ServiceDescription => ({
  service,
  instance: '1',
  runtime: { version: '0', node: '24', platform: 'linux x64', startedAt: '2026-01-01T00:00:00.000Z' },
  modules: [],
  capabilities: [],
  settings: [],
  heap: { spaces: [], gcCollections: 0, gcSeconds: 0 },
  threads: null,
  memory: { rssBytes: 500, heapUsedBytes: 1, externalBytes: 1, limitBytes: 1_000 },
  checks: [],
  cache: [],
  queuedJobs: 0,
  ...changes,
});
const everybodyBut = (...absent: ServiceName[]) => serviceNames.filter((name) => !absent.includes(name)).map((name) => copy(name));
const seen = (copies: readonly ServiceStatus[], descriptions: readonly ServiceDescription[] = []): Observation => ({
  copies,
  descriptions,
});
const pictureOf = (...observations: Observation[]) => {
  const picture = new HealthPicture();
  const changes = observations.map((observation, index) => picture.update(observation, 1_000 * index));
  return { ...picture.current!, changes };
};
const well = seen(everybodyBut());
const cacheOf = (evictionsPerSecond: number, hitRatio: number) => [
  { namespace: 'analysis', evictionsPerSecond, hitRatio, usedBytes: 1, limitBytes: 1 },
  { namespace: 'track', evictionsPerSecond: 0, hitRatio: 1, usedBytes: 1, limitBytes: 1 },
];

describe('the grade of the system', () => {
  it('is healthy at 1 when every service has a ready copy', () => {
    expect(pictureOf(well)).toMatchObject({ grade: 'healthy', score: 1, causes: [] });
  });
  it('is degraded when one service is absent, and says which', () => {
    const { grade, score, causes } = pictureOf(seen(everybodyBut('video')));
    expect([grade, Number(score.toFixed(2)), causes.map(({ code, component }) => `${component} ${code}`)]).toEqual([
      'degraded',
      0.83,
      ['video service-absent'],
    ]);
  });
  it('is critical without a gateway, or when half of the services are gone', () => {
    expect(pictureOf(seen(everybodyBut('gateway'))).grade).toBe('critical');
    expect(pictureOf(seen(everybodyBut('video', 'posts', 'cache'))).grade).toBe('critical');
  });
  it('is critical at 0 when a required dependency is down', () => {
    const without = copy('audio', {
      ready: false,
      dependencies: [{ name: 'postgres', required: true, up: false, detail: 'ECONNREFUSED' }],
    });
    const { grade, score, causes } = pictureOf(seen([...everybodyBut('audio'), without]));
    expect([grade, score]).toEqual(['critical', 0]);
    expect(causes.find(({ code }) => code === 'dependency-down')).toMatchObject({
      component: 'postgres',
      detail: 'audio cannot use postgres: ECONNREFUSED.',
    });
  });
  it('is degraded without Redis', () => {
    const without = copy('audio', { dependencies: [{ name: 'redis', required: false, up: false }] });
    expect(pictureOf(seen([...everybodyBut('audio'), without]))).toMatchObject({ grade: 'degraded' });
  });
  it('counts a service as served while one of its copies is ready', () => {
    const { components } = pictureOf(seen([...everybodyBut(), copy('audio', { ready: false })]));
    expect(components.find(({ name }) => name === 'audio')).toMatchObject({ grade: 'degraded', copies: 2 });
  });
  it('is critical while NATS answers nobody, without a word about services that cannot be asked', () => {
    const { grade, causes } = pictureOf({ copies: [], descriptions: [], busProblem: 'no answer' });
    expect([grade, causes.map(({ component }) => component)]).toEqual(['critical', ['nats']]);
  });
});

describe('a change of health', () => {
  const gone = seen(everybodyBut('audio'));
  it('is told once down and once up, for the component and the system', () => {
    const { changes } = pictureOf(well, gone, gone, gone, well, well, well);
    expect(changes.map((each) => each.map(({ component, to }) => `${component} ${to}`))).toEqual([
      [],
      [],
      ['system degraded', 'audio critical'],
      [],
      [],
      ['system healthy', 'audio healthy'],
      [],
    ]);
  });
  it('is not told of what comes and goes', () => {
    expect(pictureOf(well, gone, well, gone, well).changes.flat()).toEqual([]);
  });
  it('keeps when it began', () => {
    const { since, causes } = pictureOf(well, gone, gone, gone);
    expect([since, causes[0]?.since]).toEqual(['1970-01-01T00:00:02.000Z', '1970-01-01T00:00:01.000Z']);
  });
});

describe('causes', () => {
  it.each([
    ['memory-high', described('audio', { memory: { rssBytes: 950, heapUsedBytes: 1, externalBytes: 1, limitBytes: 1_000 } })],
    ['cache-too-small', described('audio', { cache: cacheOf(34, 0.71) })],
    ['jobs-waiting', described('audio', { queuedJobs: 101 })],
    [
      'check-failed',
      described('audio', {
        checks: [{ name: 'tone', isPassed: false, durationMs: 1, problem: { code: 'internal', detail: 'No sound.' }, checkedAt: 'now' }],
      }),
    ],
  ])('know %s, with evidence', (code, description) => {
    const found = findCauses(seen(everybodyBut(), [description]));
    expect(found).toMatchObject([{ code, component: 'audio', grade: 'degraded' }]);
    expect(found[0]?.evidence.length).toBeGreaterThan(0);
  });
  it('know a full disk, once for all services, and where the gateway says that it is low', () => {
    const low = setting('GATEWAY_BLOB_LOW_SPACE_BYTES', String(2 * 1_048_576));
    const found = (blobFreeBytes: number | null) =>
      findCauses(seen(everybodyBut(), [described('gateway', { settings: [low], blobFreeBytes }), described('audio', { blobFreeBytes })]));
    expect(found(1_048_576)).toEqual([
      {
        code: 'disk-low',
        component: 'blobs',
        grade: 'degraded',
        detail: 'The store of files has 1 MiB left. At 0, uploads and jobs that write files are refused; reads go on.',
        evidence: [{ name: 'free space of the store of files', value: 1_048_576, unit: 'bytes', limit: 2 * 1_048_576 }],
      },
    ]);
    expect([...found(2 * 1_048_576), ...found(null)]).toEqual([]);
  });
  it('know a blocked event loop', () => {
    expect(findCauses(seen([...everybodyBut('audio'), copy('audio', { eventLoopDelayP99Ms: 300 })]))).toMatchObject([
      { code: 'event-loop-blocked' },
    ]);
  });
  it('are none in a service that is busy and well', () => {
    expect(findCauses(seen(everybodyBut(), [described('audio', { cache: cacheOf(34, 0.97), queuedJobs: 100 })]))).toEqual([]);
  });
});

describe('recommendations', () => {
  const settings = [setting('AUDIO_CACHE_MEMORY_MB', '512'), setting('WORKER_PROCESSES', '2')];
  const mib = 1_048_576;
  const memory = { rssBytes: 300 * mib, heapUsedBytes: 1, externalBytes: 1, limitBytes: 2_048 * mib };
  const recommended = (changes: Partial<ServiceDescription>) =>
    recommend({ descriptions: [described('audio', { settings, memory, ...changes })] });

  it('give a cache more memory that drives out what is read, and say what was measured', () => {
    expect(recommended({ cache: cacheOf(34, 0.71) })).toEqual([
      {
        service: 'audio',
        setting: 'AUDIO_CACHE_MEMORY_MB',
        current: '512',
        recommended: '768',
        reason: 'Evictions 34/s at a hit ratio of 0.71.',
        evidence: [
          { name: 'evictions', value: 34, unit: 'per second', limit: 1 },
          { name: 'cache hit ratio', value: 0.71, unit: 'ratio', limit: 0.9 },
        ],
      },
    ]);
  });
  it('do not, where there is no room, nothing is driven out or everything is hit', () => {
    expect(recommended({ cache: cacheOf(34, 0.71), memory: { ...memory, limitBytes: 500 * mib } })).toEqual([]);
    expect(recommended({ cache: cacheOf(0.5, 0.1) })).toEqual([]);
    expect(recommended({ cache: cacheOf(34, 0.95) })).toEqual([]);
  });
  it('take memory from the cache of a process near its limit, else a worker', () => {
    const full = { ...memory, rssBytes: 1_950 * mib };
    expect(recommended({ memory: full })).toMatchObject([{ setting: 'AUDIO_CACHE_MEMORY_MB', recommended: '384' }]);
    expect(recommended({ memory: full, settings: settings.slice(1) })).toMatchObject([{ setting: 'WORKER_PROCESSES', recommended: '1' }]);
  });
  it('run more jobs at a time while many wait', () => {
    expect(recommended({ queuedJobs: 400 })).toMatchObject([{ setting: 'WORKER_PROCESSES', current: '2', recommended: '3' }]);
  });
  it('are none while all is well', () => expect(recommended({ cache: cacheOf(0, 1) })).toEqual([]));
});

describe('the configuration of the system', () => {
  it('names the settings in which copies of a service differ', () => {
    const [first, second] = ['512', '64'].map((value) =>
      described('audio', { settings: [setting('A', value), setting('SECRET', null, true)] }),
    );
    expect(systemConfigOf([first!, second!, described('posts')]).services).toMatchObject([
      { service: 'audio', copies: 2, differs: ['A'] },
      { service: 'posts', copies: 1, differs: [] },
    ]);
  });
});
