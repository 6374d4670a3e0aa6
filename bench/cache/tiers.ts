import { Registry } from 'prom-client';
import { type ColdTier, TieredCache } from '#cache';
import { openRedis, type RedisConnection } from '#storage';
import { until } from '#testing/servers';
import { startColdService } from './cold-service.ts';
import { startEphemeralRedis } from './ephemeral-redis.ts';

const calls = 300;

/** An analysis as the audio service stores it: a beat about every half second, cues, numbers. */
export const analysisOf = (seed: number) => ({
  bpm: 120 + seed / 7,
  beats: Array.from({ length: 360 }, (_, index) => Math.round(index * (500 - seed / 10)) / 1_000),
  cues: Array.from({ length: 12 }, (_, index) => ({ timeSeconds: index * 15.01, type: index % 2 ? 'drop' : 'break', confidence: 0.71 })),
  key: 'A',
  mode: 'minor',
  loudnessLufs: -14.2 + seed / 100,
});

async function p50Ms(work: (index: number) => Promise<unknown>): Promise<string> {
  const times = new Float64Array(calls);
  for (let index = 0; index < calls; index++) {
    const before = performance.now();
    await work(index);
    times[index] = performance.now() - before;
  }
  return times.sort()[calls >> 1]!.toFixed(3);
}

/** What a read costs in each tier, one at a time, with servers of its own on this machine; and what an analysis takes in Redis. */
export async function timeTiers(): Promise<void> {
  const server = await startEphemeralRedis();
  const redis = openRedis(server.url, { role: 'cache' });
  await new Promise((resolve) => redis.client.once('ready', resolve));
  const cold = await startColdService(server.url);
  const instance = () =>
    new TieredCache({
      service: 'audio',
      namespaces: { analysis: {} },
      redis: redis.client,
      registry: new Registry(),
      ...(cold ? { cold: cold.tier } : {}),
    });
  try {
    await timeEach(instance, redis, cold?.tier);
  } finally {
    await cold?.stop();
    await redis.close();
    await server.stop();
  }
}

async function timeEach(instance: () => TieredCache, redis: RedisConnection, cold: ColdTier | undefined): Promise<void> {
  const [writer, reader, third] = [instance(), instance(), instance()];
  const load = await p50Ms((index) => writer.wrap('analysis', `k${index}`, () => analysisOf(index)));
  const l1 = await p50Ms((index) => writer.get('analysis', `k${index}`));
  await writer.close(); // what was begun behind has ended: all is in Redis, and copied
  const l2 = await p50Ms((index) => reader.get('analysis', `k${index}`));
  const [stored, plain] = [await redis.client.strlen('raf:{audio:analysis:k7}:v'), JSON.stringify(analysisOf(7)).length];
  console.log(`integration: an analysis takes ${stored} bytes in Redis, ${((100 * stored) / plain).toFixed(0)}% of ${plain} as JSON`);
  console.log(
    `integration: p50 of a load ${load} ms, of a read from L1 ${l1} ms, L2 ${l2} ms, L3 ${cold ? await l3P50(third, redis) : 'not measured: build first'}`,
  );
  await Promise.all([reader.close(), third.close()]);
}

async function l3P50(cache: TieredCache, redis: RedisConnection): Promise<string> {
  const copied = async () => (await redis.client.exists(`raf:{audio:analysis:k${calls - 1}}:c`)) === 1;
  if (!(await until(copied, 10_000))) return 'not measured: nothing was copied';
  await Promise.all(Array.from({ length: calls }, (_, index) => redis.client.unlink(`raf:{audio:analysis:k${index}}:v`)));
  const ms = await p50Ms((index) => cache.get('analysis', `k${index}`));
  return `${ms} ms (${cache.stats().namespaces.analysis!.l3.hits} of ${calls} found)`;
}
