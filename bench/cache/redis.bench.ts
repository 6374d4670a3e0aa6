/** Memory after a million keys. What the tiers cost is in the suites of `npm run bench -- cache`. */
import { Registry } from 'prom-client';
import { TieredCache } from '#cache';
import { openRedis } from '#storage';
import { startEphemeralRedis } from './ephemeral-redis.ts';

const server = await startEphemeralRedis();
const redis = openRedis(server.url, { role: 'cache' });
await new Promise((resolve) => redis.client.once('ready', resolve));
const instance = () =>
  new TieredCache({
    service: 'bench',
    namespaces: { analysis: {}, flood: { tiers: 'memory', maxBytes: 16 << 20 } },
    redis: redis.client,
    registry: new Registry(),
  });

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
  await flood();
} finally {
  await redis.close();
  await server.stop();
}
