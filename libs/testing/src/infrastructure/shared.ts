import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { createDatabase, dropDatabase } from './postgres.ts';

/** Counter of allocated databases, in database 0 of the shared Redis. */
const counterKey = 'rafaga:test-databases';

export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  drop(): Promise<void>;
}

/**
 * Creates an empty database on the PostgreSQL that `npm test` started for the whole run.
 *
 * @param label part of the database name, for the log of the server: "jobs"
 * @throws Error outside `npm test`
 */
export async function testDatabase(label = 'spec'): Promise<TestDatabase> {
  const server = shared('RAFAGA_TEST_DATABASE_URL');
  const name = `test_${label.replaceAll(/[^a-z0-9]+/gi, '_').toLowerCase()}_${randomBytes(5).toString('hex')}`.slice(0, 63);
  await createDatabase(server, name);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, name, drop: () => dropDatabase(server, name) };
}

/**
 * Allocates an empty numbered database on the Redis that `npm test` started. Pub/sub is shared by all databases.
 *
 * @throws Error outside `npm test`
 */
export async function testRedisUrl(): Promise<string> {
  const server = shared('RAFAGA_TEST_REDIS_URL');
  const client = new Redis(server, { maxRetriesPerRequest: 1, commandTimeout: 5_000 });
  try {
    const [, databases] = (await client.config('GET', 'databases')) as [string, string];
    const number = 1 + ((await client.incr(counterKey)) % (Number(databases) - 1));
    await client.select(number);
    await client.flushdb();
    return `${server.replace(/\/\d*$/, '')}/${number}`;
  } finally {
    client.disconnect();
  }
}

/**
 * Returns the URL of the NATS that `npm test` started. The whole run shares subjects and streams: use random names, or start a separate server with
 * `startNats()` (30 ms).
 *
 * @throws Error outside `npm test`
 */
export function testNatsUrl(): string {
  return shared('RAFAGA_TEST_NATS_URL');
}

/** Returns the ffmpeg of the test run, else the one on the PATH. */
export function testFfmpeg(): string {
  return process.env.RAFAGA_TEST_FFMPEG_PATH ?? 'ffmpeg';
}

function shared(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: this test needs a server. Run it with \`npm test -- <path of the spec>\`, which starts one.`);
  return value;
}
