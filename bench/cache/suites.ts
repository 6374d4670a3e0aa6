import { LRUCache } from 'lru-cache';
import { Registry } from 'prom-client';
import { MemoryStore, policies, strategies, TieredCache } from '#cache';
import { simulate } from './simulate.ts';
import { timeTiers } from './tiers.ts';
import { families } from './traces.ts';

const entries = 10_000;
const keys = Array.from({ length: entries }, (_, index) => `track:${index}:analysis`);
const rounds = 9;

/** The five suites, each a few lines. Times are processor time, the best of several rounds; read the ratios. */
export async function runSuites(): Promise<void> {
  await basic();
  performanceSuite();
  await concurrent();
  compareStrategies();
  await integration();
  await timeTiers();
}

const newCache = () =>
  new TieredCache({ service: 'bench', namespaces: { analysis: {} }, registry: new Registry(), memory: { maxBytes: 64 << 20 } });

/** @returns nanoseconds of processor time per call */
function nsPerCall(calls: number, work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, ((user + system) * 1_000) / calls);
  }
  return best;
}

async function p50Us(calls: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const times = new Float64Array(calls);
  for (let index = 0; index < calls; index++) {
    const before = process.hrtime.bigint();
    await work(index);
    times[index] = Number(process.hrtime.bigint() - before) / 1_000;
  }
  return times.sort()[calls >> 1]!;
}

async function basic(): Promise<void> {
  const cache = newCache();
  const setUs = await p50Us(100, (index) => cache.set('analysis', keys[index]!, { bpm: index }));
  const getUs = await p50Us(100, (index) => cache.get('analysis', keys[index]!));
  const hits = await Promise.all(keys.slice(0, 100).map((key) => cache.get('analysis', key)));
  console.log(
    `basic: 100 sets p50 ${setUs.toFixed(1)} µs, 100 gets p50 ${getUs.toFixed(1)} µs, ${hits.filter(Boolean).length} of 100 found`,
  );
  await cache.close();
}

function performanceSuite(): void {
  const library = new LRUCache<string, object>({ max: 2 * entries, ttl: 3_600_000 });
  const plain = new LRUCache<string, object>({ max: 2 * entries });
  const store = new MemoryStore<object>({ maxBytes: entries * 600, policy: policies.adaptive!(entries * 600) });
  for (const key of keys) {
    library.set(key, { key });
    plain.set(key, { key });
    store.set(key, { key }, 100);
  }
  const order = Array.from({ length: 100_000 }, (_, index) => keys[Math.floor(((index * 0.618_033_988) % 1) ** 2 * entries)]!);
  const through = (get: (key: string) => unknown) => nsPerCall(order.length, () => order.forEach(get));
  const [theirs, theirsTtl, mine] = [
    through((key) => plain.get(key)),
    through((key) => library.get(key)),
    through((key) => store.get(key)),
  ];
  console.log(
    `performance: memory hit ${mine.toFixed(0)} ns, ${(mine / theirs).toFixed(2)}x lru-cache, ${(mine / theirsTtl).toFixed(2)}x lru-cache with ttl`,
  );
  underPressure(order);
}

/** Ten times as many keys as fit: every miss stores an entry and evicts another. */
function underPressure(order: readonly string[]): void {
  const capacity = entries / 10;
  const library = new LRUCache<string, object>({ max: capacity });
  const value = {};
  const store = new MemoryStore<object>({ maxBytes: capacity * 420, policy: policies.adaptive!(capacity * 420) });
  const drive = (get: (key: string) => object | undefined, set: (key: string) => unknown) =>
    nsPerCall(order.length, () => order.forEach((key) => void (get(key) ?? set(key))));
  const theirs = drive(
    (key) => library.get(key),
    (key) => library.set(key, value),
  );
  const mine = drive(
    (key) => store.get(key),
    (key) => store.set(key, value, 100),
  );
  const hit = (get: (key: string) => unknown, keys: readonly string[]) =>
    nsPerCall(100_000, () => {
      for (let at = 0; at < 100_000; at++) get(keys[at % keys.length]!);
    });
  const ratio = hit((key) => store.get(key), [...store.keys()]) / hit((key) => library.get(key), [...library.keys()]);
  console.log(
    `performance: while keys are driven out, read or store ${mine.toFixed(0)} ns, lru-cache ${theirs.toFixed(0)} ns; a hit then ${ratio.toFixed(2)}x lru-cache`,
  );
}

async function concurrent(): Promise<void> {
  const cache = newCache();
  let loads = 0;
  const load = async () => {
    loads += 1;
    await new Promise(setImmediate);
    return { bpm: 120 };
  };
  await Promise.all(Array.from({ length: 50 }, () => cache.wrap('analysis', 'one', load)));
  console.log(`concurrent: 50 at once for one key, ${loads} load`);
  loads = 0;
  await Promise.all(Array.from({ length: 50 }, (_, index) => cache.wrap('analysis', `key ${index}`, load)));
  console.log(`concurrent: 50 at once for 50 keys, ${loads} loads`);
  await cache.close();
}

function compareStrategies(): void {
  const trace = families['scan-zipf']({ seed: 3, requests: 60_000, keys: 6_000, skew: 0.9 });
  const ratios = strategies.map((name) => `${name} ${((simulate(trace, 300, policies[name]!(300)) / trace.length) * 100).toFixed(1)}%`);
  console.log(`strategies: hits on scans between popular keys: ${ratios.join(', ')}`);
}

/** The cost of `wrap` on a hit in memory: one settled promise and one await. */
async function integration(): Promise<void> {
  const cache = newCache();
  for (const key of keys) await cache.set('analysis', key, { key });
  const us = await p50Us(20_000, (index) => cache.wrap('analysis', keys[(index * 7) % entries]!, () => null));
  const { hits, misses } = cache.stats().namespaces.analysis!.l1;
  console.log(
    `integration: wrap on a hit p50 ${us.toFixed(2)} µs (clock included), ${hits} hits, ${misses} misses, ${cache.bytes} bytes of ${64 << 20}`,
  );
  await cache.close();
}
