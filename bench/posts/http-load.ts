/** Posts through gateway and service: 100 posts one after another and together, then an open loop of many connections, four reads to one write. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fastify } from 'fastify';
import { createDatabase, type RunningService, startNats, startPostgres, startRedis, startService } from '#testing/servers';
import { type PacedRequest, pacedLoad } from '../edge/paced-load.ts';

const { values } = parseArgs({
  strict: false,
  options: {
    connections: { type: 'string', default: '1000' },
    /** Each account costs a hash of its password. */
    users: { type: 'string', default: '200' },
    rate: { type: 'string', default: '200' },
    /** Posts in play under load, beside those that it makes. */
    posts: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '8' },
  },
});
const [connections, users, perSecond, seconds, postsInPlay] = [
  values.connections,
  values.users,
  values.rate,
  values.seconds,
  values.posts,
].map(Number) as [number, number, number, number, number];
const postCount = 100;
/** Of 100 requests. */
const [reads, analyses] = [80, 10];
const steps: (() => unknown)[] = [];

interface User {
  readonly token: string;
  readonly postIds: string[];
}

export async function measureHttp(texts: readonly string[]): Promise<void> {
  try {
    const { gateway, posts } = await start();
    const accounts = await registerAll(gateway.url);
    const [first] = accounts as [string];
    const coldMs = await timed(() => send(gateway.url, analysis(first, texts[0]!)));
    console.log(`\nfirst analysis with nothing loaded: ${coldMs.toFixed(0)} ms`);
    const all = await hundredPosts(gateway.url, accounts, texts);
    const before = memoryBytes(posts.pid);
    await fillUp(gateway.url, all, texts);
    await openLoop(gateway, posts, all, texts);
    console.log(
      `resident memory of the posts service: ${mib(before)} MiB warm, ${mib(memoryBytes(posts.pid) - before)} MiB more with ${Math.max(postsInPlay, users)} posts in play under load`,
    );
  } finally {
    for (const step of steps.splice(0).reverse()) await step();
  }
}

async function start(): Promise<{ gateway: RunningService; posts: RunningService }> {
  const [postgres, redis, nats] = await Promise.all([startPostgres(), startRedis(), startNats()]);
  steps.push(() => Promise.all([postgres.stop(), redis.stop(), nats.stop()]));
  await createDatabase(postgres.url, 'bench');
  const database = new URL(postgres.url);
  database.pathname = '/bench';
  const blobs = join(process.env.TMPDIR ?? '/tmp', `rafaga-bench-${process.pid}`);
  const environment = {
    ...{ DATABASE_URL: database.href, REDIS_URL: redis.url, NATS_URL: nats.url, BLOB_STORE_URL: `file://${blobs}`, LOG_LEVEL: 'warn' },
    ...{ GATEWAY_KEY_SECRET: Buffer.alloc(32, 1).toString('base64'), GATEWAY_RATE_LIMIT_PER_MINUTE: '10000000' },
    GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: '1000000',
  };
  const [posts, gateway] = await Promise.all([startService('posts', environment), startService('gateway', environment)]);
  steps.push(() => Promise.all([posts.stop(), gateway.stop()]));
  return { gateway, posts };
}

/** Ten at a time: the gateway hashes few passwords at once. */
async function registerAll(url: string): Promise<string[]> {
  const tokens: string[] = [];
  let next = 0;
  const work = async () => {
    while (next < users) tokens.push(await register(url, next++));
  };
  await Promise.all(Array.from({ length: Math.min(10, users) }, work));
  return tokens;
}

async function register(url: string, at: number): Promise<string> {
  const body = JSON.stringify({ email: `bench-${at}@example.org`, password: 'a password for a bench' });
  const headers = { 'content-type': 'application/json' };
  await send(url, { url: '/v1/auth/register', method: 'POST', headers, body });
  const { accessToken } = (await send(url, { url: '/v1/auth/login', method: 'POST', headers, body })) as { accessToken: string };
  return accessToken;
}

/** Figures of 100 posts by the names that the platform promises. */
async function hundredPosts(url: string, tokens: readonly string[], texts: readonly string[]): Promise<User[]> {
  const made = tokens.map((token) => ({ token, postIds: [] as string[] }));
  const timesMs: number[] = [];
  const totalMs = await timed(async () => {
    let next = 0;
    const work = async () => {
      while (next < postCount) {
        const at = next++;
        const user = made[at % made.length]!;
        const startedAt = performance.now();
        const { id } = (await send(url, creation(user.token, texts[at % texts.length]!))) as { id: string };
        timesMs.push(performance.now() - startedAt);
        user.postIds.push(id);
      }
    };
    await Promise.all(Array.from({ length: 10 }, work));
  });
  const averageMs = timesMs.reduce((sum, each) => sum + each, 0) / postCount;
  const figures = {
    posts: postCount,
    throughput: round((1_000 * postCount) / totalMs),
    averageMs: round(averageMs),
    totalMs: round(totalMs),
  };
  console.log(`${postCount} posts, 10 at a time: ${JSON.stringify(figures)} (throughput in posts a second)`);
  return made;
}

/** Fills up to the posts in play, at least one for each user, and reads each once. */
async function fillUp(url: string, all: readonly User[], texts: readonly string[]): Promise<void> {
  let next = all.reduce((sum, { postIds }) => sum + postIds.length, 0);
  const work = async () => {
    while (next < Math.max(postsInPlay, all.length)) {
      const at = next++;
      const user = all[at % all.length]!;
      const { id } = (await send(url, creation(user.token, texts[at % texts.length]!))) as { id: string };
      user.postIds.push(id);
      await send(url, reading(user.token, id));
    }
  };
  await Promise.all(Array.from({ length: 10 }, work));
}

async function openLoop(gateway: RunningService, posts: RunningService, all: readonly User[], texts: readonly string[]): Promise<void> {
  const requests = mixture(gateway.url, all, texts);
  await pacedLoad(requests, { connections: Math.min(100, connections), perSecond: perSecond / 2, seconds: 2, headers: {} }); // warm
  const before = { cpu: cpuSeconds(posts.pid), cache: await cacheReads(posts.url) };
  const { latenciesMs, failed } = await pacedLoad(requests, { connections, perSecond, seconds, headers: {} });
  const cpu = cpuSeconds(posts.pid) - before.cpu;
  const after = await cacheReads(posts.url);
  const [hits, misses] = [after.hits - before.cache.hits, after.misses - before.cache.misses];
  const at = (share: number) => latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(share * latenciesMs.length))] ?? Number.NaN;
  const bareMs = await bareFloor(requests);
  console.log(
    `${connections} connections of ${users} users at ${perSecond} requests a second, ${reads}% reads (Zipf), ${analyses}% analyses, the rest new posts:`,
  );
  console.log(
    `  ${latenciesMs.length} answers, ${((100 * failed) / (latenciesMs.length + failed)).toFixed(2)}% errors, p50 ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms, ` +
      `p99 ${at(0.99).toFixed(1)} ms; a bare Fastify p50 ${bareMs.toFixed(1)} ms (x${(at(0.5) / bareMs).toFixed(1)})`,
  );
  console.log(
    `  cache of posts, the first reading of new ones included: ${((100 * hits) / Math.max(1, hits + misses)).toFixed(1)}% hits, CPU of the posts service ${((100 * cpu) / seconds).toFixed(0)}% of a core`,
  );
}

/** A fixed order, so that runs are alike. */
function mixture(url: string, all: readonly User[], texts: readonly string[]): PacedRequest[] {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  return Array.from({ length: 5_000 }, (): PacedRequest => {
    const { token, postIds } = all[Math.floor(random() * all.length)]!;
    const text = texts[Math.floor(random() * texts.length)]!;
    const kind = random() * 100;
    const own =
      kind < reads
        ? reading(token, postIds[zipf(random(), postIds.length)]!)
        : kind < reads + analyses
          ? analysis(token, text)
          : creation(token, text);
    return { ...own, url: url + own.url };
  });
}

/** The first of `count` is asked for most. */
const zipf = (random: number, count: number): number => Math.min(count - 1, Math.floor((count + 1) ** random) - 1);

const headersOf = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });
const reading = (token: string, id: string): PacedRequest => ({
  url: `/v1/posts/${id}`,
  method: 'GET',
  headers: { authorization: `Bearer ${token}` },
});
const analysis = (token: string, text: string): PacedRequest => writing('/v1/posts/analyze', token, text);
const creation = (token: string, text: string): PacedRequest => writing('/v1/posts', token, text);
const writing = (url: string, token: string, text: string): PacedRequest => ({
  ...{ url, method: 'POST', headers: headersOf(token), body: JSON.stringify({ text }) },
});

/** The same load on a bare Fastify that reads the body and answers a few bytes. */
async function bareFloor(requests: readonly PacedRequest[]): Promise<number> {
  const server = fastify();
  server.all('/*', async () => ({}));
  const base = await server.listen({ port: 0, host: '127.0.0.1' });
  const bare = requests.map((request) => ({ ...request, url: base + new URL(request.url).pathname }));
  const { latenciesMs } = await pacedLoad(bare, { connections, perSecond, seconds: Math.min(3, seconds), headers: {} });
  await server.close();
  return latenciesMs[Math.floor(latenciesMs.length / 2)] ?? Number.NaN;
}

async function send(base: string, { url, method, headers, body }: PacedRequest): Promise<unknown> {
  const answer = await fetch(base + url, { method, headers, ...(body === undefined ? {} : { body }) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** A read is a hit of one tier; it is a miss of the whole cache where every tier has missed it. */
async function cacheReads(url: string): Promise<{ hits: number; misses: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const byTier = (name: string) => {
    const tiers = new Map<string, number>();
    for (const [, labels = '', value] of text.matchAll(new RegExp(`^posts_cache_${name}_total\\{([^}]*)\\} (\\S+)`, 'gm'))) {
      const tier = /cache_type="([^"]*)"/.exec(labels)?.[1] ?? '';
      tiers.set(tier, (tiers.get(tier) ?? 0) + Number(value));
    }
    return [...tiers.values()];
  };
  const misses = byTier('misses');
  return { hits: byTier('hits').reduce((sum, each) => sum + each, 0), misses: misses.length > 0 ? Math.min(...misses) : 0 };
}

/** User and system time of a process so far; 0 without /proc. */
function cpuSeconds(pid: number): number {
  const fields = procFile(pid, 'stat').split(') ')[1]?.split(' ').slice(11, 13).map(Number) ?? [];
  return fields.reduce((sum, ticks) => sum + ticks, 0) / 100;
}

const memoryBytes = (pid: number): number => 1_024 * Number(/VmRSS:\s+(\d+)/.exec(procFile(pid, 'status'))?.[1] ?? 0);
const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
const round = (value: number): number => Math.round(100 * value) / 100;

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
