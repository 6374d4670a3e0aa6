import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { armOf, type ExperimentArm } from '#contracts';
import { cacheExperiments } from './experiments.ts';
import { LocalChannel } from './invalidation.ts';
import type { TieredCacheOptions } from './options.ts';
import { TieredCache } from './tiered-cache.ts';

type Options = TieredCacheOptions<'track' | 'other'>;

const ttlSeconds = 100;
const nowMs = 1_000_000;
let registry: Registry;
let open: TieredCache<'track' | 'other'>[] = [];

function cacheOf(options: Partial<Options> = {}) {
  const cache = new TieredCache({
    service: 'audio',
    namespaces: { track: { ttlSeconds, ownerOf: (key) => key.split(':')[0]! }, other: { ttlSeconds } },
    experiments: { track: { ttlSeconds: 4 * ttlSeconds } },
    registry,
    now: () => nowMs,
    ...options,
  });
  open.push(cache);
  return cache;
}

const ownersIn = (arm: ExperimentArm, count = 1) =>
  Array.from({ length: 100 * count }, (_, index) => `owner${index}`)
    .filter((owner) => armOf('track', owner) === arm)
    .slice(0, count);
const keyIn = (arm: ExperimentArm) => `${ownersIn(arm)[0]}:t`;
const arms = ['control', 'treatment'] as const;

async function freshFor(cache: TieredCache<'track' | 'other'>, namespace: 'track' | 'other', key: string): Promise<number> {
  await cache.wrap(namespace, key, () => 1);
  const { memory } = await cache.explain(namespace, key);
  return memory.resident ? memory.freshForSeconds : 0;
}

async function valuesOf(name: string) {
  const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
  return values.map(({ labels, value }) => [...Object.values(labels), value].join(' ')).sort();
}

beforeEach(() => {
  registry = new Registry();
});
afterEach(async () => {
  await Promise.all(open.map((cache) => cache.close()));
  open = [];
});

describe('an experiment on a namespace', () => {
  it('gives half of the owners other settings for all that is theirs, and other namespaces none', async () => {
    const cache = cacheOf();
    for (const owner of ownersIn('control', 5)) expect(await freshFor(cache, 'track', `${owner}:a`)).toBeLessThanOrEqual(ttlSeconds);
    for (const owner of ownersIn('treatment', 5))
      for (const id of 'ab') expect(await freshFor(cache, 'track', `${owner}:${id}`)).toBeGreaterThan(3 * ttlSeconds);
    for (const owner of ownersIn('treatment', 5)) expect(await freshFor(cache, 'other', `${owner}:a`)).toBeLessThanOrEqual(ttlSeconds);
  });

  it('divides the keys of a namespace without owners', async () => {
    const cache = cacheOf({ experiments: { other: { ttlSeconds: 4 * ttlSeconds } } });
    const treated = [];
    for (let key = 0; key < 200; key++) if ((await freshFor(cache, 'other', `k${key}`)) > ttlSeconds) treated.push(key);
    expect(treated.length / 200).toBeCloseTo(0.5, 0);
    expect(treated.every((key) => armOf('other', `k${key}`) === 'treatment')).toBe(true);
  });

  it("keeps the arms apart: what one's owners read evicts nothing of the other's", async () => {
    const cache = cacheOf({ experiments: { track: { strategy: 'lfu' } }, memory: { maxBytes: 400_000, strategy: 'lru' } });
    await cache.set('track', keyIn('control'), 'kept');
    for (const owner of ownersIn('treatment', 1_000)) await cache.set('track', `${owner}:a`, 'x'.repeat(300));
    expect(await cache.get('track', keyIn('control'))).toBe('kept');
    expect(cache.stats().namespaces.track!.evictions).toBeGreaterThan(0);
    expect(cache.bytes).toBeLessThanOrEqual(400_000);
  });

  it('divides the memory by the mean when the arms differ in it', () => {
    const namespaces = { track: { maxBytes: 200_000 }, other: {} };
    const cache = cacheOf({ namespaces, experiments: { track: { maxBytes: 300_000 } }, memory: { maxBytes: 400_000 } });
    const { track, other } = cache.stats().namespaces;
    expect([track!.rules.maxBytes, other!.rules.maxBytes]).toEqual([250_000, 150_000]);
  });

  it.each(arms)("lets owners in %s see a write of another instance, by key, by tag and by the namespace's invalidation", async (arm) => {
    const channel = new LocalChannel();
    const [reader, writer] = [cacheOf({ channel }), cacheOf({ channel })];
    const key = keyIn(arm);
    const writes = [
      () => writer.set('track', key, 'new'),
      () => writer.delete('track', key),
      () => writer.invalidateTag('album'),
      () => writer.invalidateNamespace('track'),
    ];
    for (const write of writes) {
      await reader.wrap('track', key, () => 'old', { tags: ['album'] });
      expect(await reader.get('track', key)).toBe('old');
      await write();
      expect(await reader.get('track', key)).toBeUndefined();
    }
  });

  it("leaves operators' settings to both arms, but for those that are compared", () => {
    const cache = cacheOf();
    cache.override({ track: { ttlSeconds: 7, staleSeconds: 9 } });
    expect(cache.stats().namespaces.track!.rules).toMatchObject({ ttlSeconds: 7, staleSeconds: 9 });
    return freshFor(cache, 'track', keyIn('treatment')).then((seconds) => expect(seconds).toBeGreaterThan(3 * ttlSeconds));
  });

  it('reports both arms as one namespace', async () => {
    const cache = cacheOf();
    for (const arm of arms) for (let reads = 0; reads < 3; reads++) await cache.wrap('track', keyIn(arm), () => 1);
    await cache.get('track', keyIn('treatment'));
    expect(cache.stats().namespaces.track).toMatchObject({ entries: 2, loads: 2, l1: { hits: 5, misses: 2 } });
    expect(cache.hottest('track', 5)).toEqual([keyIn('treatment'), keyIn('control')]);
    expect(cache.popularity(1).find(({ namespace }) => namespace === 'track')).toMatchObject({
      keys: [{ key: keyIn('treatment'), uses: 3 }],
    });
    expect(await cache.warm('track', [keyIn('control'), `${ownersIn('control')[0]}:new`], () => 2)).toMatchObject({
      present: 1,
      loaded: 1,
    });
  });

  it('counts the reads of each arm in closed sets of labels that start at 0, and nothing of other namespaces', async () => {
    const cache = cacheOf();
    await cache.wrap('track', keyIn('treatment'), () => 1);
    await cache.get('track', keyIn('treatment'));
    await cache.get('other', 'a');
    const counts = (...treated: number[]) =>
      arms.flatMap((arm, at) => ['l1', 'l2', 'l3'].map((tier, index) => `track ${arm} ${tier} ${at === 1 ? treated[index] : 0}`));
    expect(await valuesOf('audio_cache_experiment_hits_total')).toEqual(counts(1, 0, 0));
    expect(await valuesOf('audio_cache_experiment_misses_total')).toEqual(counts(1, 0, 0));
    expect((await valuesOf('audio_cache_misses_total')).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(2);
  });

  it('has no metrics where none runs', () => {
    cacheOf({ experiments: {} });
    expect(registry.getSingleMetric('audio_cache_experiment_hits_total')).toBeUndefined();
  });

  it('is refused for a namespace that is not there, and for memory that is not there', () => {
    expect(() => cacheOf({ experiments: { trak: { ttlSeconds: 1 } } as Options['experiments'] })).toThrow("'trak', which is no namespace");
    expect(() => cacheOf({ experiments: { track: { maxBytes: 2 ** 40 } } })).toThrow('do not fit');
    expect(() => cacheOf({ experiments: { track: { maxBytes: 2 ** 16 } } })).toThrow("an arm of the experiment on 'track' has less than");
  });
});

describe('the setting of an experiment', () => {
  const setting = cacheExperiments(['track', 'other'], { track: { ttlSeconds: 7_200 } });
  it('is read by namespace', () => {
    const value = { track: { ttlSeconds: 7_200, strategy: 'lfu' } };
    expect(setting.parse(JSON.stringify(value))).toEqual(value);
  });
  it.each([
    ['nonsense', 'must be a JSON object of settings by namespace, as {"track":{"ttlSeconds":7200}}'],
    ['[]', 'must be a JSON object of settings by namespace, as {"track":{"ttlSeconds":7200}}'],
    ['{"trak":{"ttlSeconds":1}}', 'must name namespaces of this cache: track, other'],
    ['{}', 'must change one of strategy, maxBytes, ttlSeconds, staleSeconds, negativeTtlSeconds, idleSeconds'],
    ['{"track":{}}', 'must change one of strategy, maxBytes, ttlSeconds, staleSeconds, negativeTtlSeconds, idleSeconds'],
    ['{"track":{"ttl":1}}', 'track: takes only strategy, maxBytes, ttlSeconds, staleSeconds, negativeTtlSeconds, idleSeconds'],
    ['{"track":{"ttlSeconds":0}}', 'track: ttlSeconds: Too small: expected number to be >=1'],
    ['{"track":{"strategy":"best"}}', 'track: strategy: Invalid option: expected one of "lru"|"lfu"|"ttl"|"predictive"|"adaptive"'],
  ])('refuses %s in a sentence', (text, sentence) => {
    expect(setting.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([sentence]);
  });
});
