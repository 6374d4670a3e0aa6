/** What the second tier costs: reads and writes through Redis on this machine, bytes of an analysis there, and memory after a million keys. */
import { Registry } from 'prom-client';
import { openRedis, TieredCache } from '#storage';
import { ownRedis } from './own-redis.ts';

const server = await ownRedis();
const redis = openRedis(server.url, { role: 'cache' });
await new Promise((resolve) => redis.client.once('ready', resolve));
const instance = () =>
  new TieredCache({
    service: 'bench',
    namespaces: { analysis: {}, flood: { tiers: 'memory', maxBytes: 16 << 20 } },
    redis: redis.client,
    registry: new Registry(),
  });

const analysisOf = (seed: number) => ({
  bpm: 120 + seed / 7,
  beats: Array.from({ length: 360 }, (_, index) => Math.round(index * (500 - seed)) / 1_000),
  cues: Array.from({ length: 12 }, (_, index) => ({ timeSeconds: index * 15.01, type: index % 2 ? 'drop' : 'break', confidence: 0.71 })),
  key: 'A',
  mode: 'minor',
  loudnessLufs: -14.2 + seed / 100,
});

async function p50Ms(calls: number, work: (index: number) => Promise<unknown>): Promise<string> {
  const times = new Float64Array(calls);
  for (let index = 0; index < calls; index++) {
    const before = performance.now();
    await work(index);
    times[index] = performance.now() - before;
  }
  return times.sort()[calls >> 1]!.toFixed(3);
}

async function secondTier(): Promise<void> {
  const [writer, reader] = [instance(), instance()];
  const setMs = await p50Ms(500, (index) => writer.set('analysis', `k${index}`, analysisOf(index)));
  const getMs = await p50Ms(500, (index) => reader.get('analysis', `k${index}`));
  const before = performance.now();
  const third = instance();
  await Promise.all(Array.from({ length: 500 }, (_, index) => third.get('analysis', `k${index}`)));
  const perSecond = 500 / ((performance.now() - before) / 1_000);
  console.log(`redis: set p50 ${setMs} ms, get p50 ${getMs} ms one at a time, ${perSecond.toFixed(0)} gets/s all at once`);
  const stored = await redis.client.strlen('raf:{bench:analysis:k7}:v');
  const plain = JSON.stringify(analysisOf(7)).length;
  console.log(`redis: an analysis takes ${stored} bytes of ${plain} as JSON (${((100 * stored) / plain).toFixed(0)}%)`);
  await Promise.all([writer, reader, third].map((cache) => cache.close()));
}

async function flood(): Promise<void> {
  const cache = instance();
  const rss: number[] = [];
  for (let index = 0; index < 1_000_000; index++) {
    await cache.wrap('flood', `key ${index}`, () => ({ index }));
    if (index % 250_000 === 249_999) rss.push(Math.round(process.memoryUsage.rss() / 2 ** 20));
  }
  console.log(
    `memory: RSS in MiB at each quarter of a million keys: ${rss.join(', ')}; ${cache.bytes} of ${16 << 20} bytes by its own count`,
  );
  await cache.close();
}

try {
  await secondTier();
  await flood();
} finally {
  await redis.close();
  await server.stop();
}
