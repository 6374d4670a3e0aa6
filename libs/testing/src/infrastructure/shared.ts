import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { createDatabase, dropDatabase } from './postgres.ts';

/** Under this key the shared Redis counts the numbered databases it has handed out; database 0 holds nothing else. */
const handedOut = 'rafaga:test-databases';

export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  drop(): Promise<void>;
}

/**
 * An empty database of your own on the PostgreSQL that `npm test` started for the whole run.
 *
 * @param about a word or two for whoever reads the server's log: "jobs"
 * @throws Error outside `npm test`
 */
export async function testDatabase(about = 'spec'): Promise<TestDatabase> {
  const server = shared('RAFAGA_TEST_DATABASE_URL');
  const name = `test_${about.replaceAll(/[^a-z0-9]+/gi, '_').toLowerCase()}_${randomBytes(5).toString('hex')}`.slice(0, 63);
  await createDatabase(server, name);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, name, drop: () => dropDatabase(server, name) };
}

/**
 * A numbered database nobody else in this run uses, on the Redis that `npm test` started. Empty; pub/sub is shared by all numbers.
 *
 * @throws Error outside `npm test`
 */
export async function testRedisUrl(): Promise<string> {
  const server = shared('RAFAGA_TEST_REDIS_URL');
  const client = new Redis(server, { maxRetriesPerRequest: 1, commandTimeout: 5_000 });
  try {
    const [, databases] = (await client.config('GET', 'databases')) as [string, string];
    const number = 1 + ((await client.incr(handedOut)) % (Number(databases) - 1));
    await client.select(number);
    await client.flushdb();
    return `${server.replace(/\/\d*$/, '')}/${number}`;
  } finally {
    client.disconnect();
  }
}

/**
 * The NATS that `npm test` started. Subjects and streams are shared by the whole run: put something random in their names,
 * or take `startNats()` for a server of your own (30 ms).
 *
 * @throws Error outside `npm test`
 */
export function testNatsUrl(): string {
  return shared('RAFAGA_TEST_NATS_URL');
}

/** The ffmpeg to test with: the run's, else the one on the PATH. */
export function testFfmpeg(): string {
  return process.env.RAFAGA_TEST_FFMPEG_PATH ?? 'ffmpeg';
}

function shared(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: this test needs a server. Run it with \`npm test -- <path of the spec>\`, which starts one.`);
  return value;
}
