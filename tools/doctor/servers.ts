/** PostgreSQL, Redis and NATS: whether they answer, and whether they are set up as the services need them. */
import { connect as connectTcp } from 'node:net';
import pg from 'pg';
import { openRedis } from '#storage';
import { type Finding, fault, ok, reasonOf, warning } from './finding.ts';

const timeoutMs = 5_000;
const wanted = { postgresMajor: 13, connections: 70 } as const;
const start = 'npm start   (it brings the servers along), or start yours';

export async function checkPostgres(url: string): Promise<Finding> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs });
  client.on('error', () => undefined); // the query fails with it
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number; connections: number; mayCreate: boolean }>(
      `SELECT current_setting('server_version_num')::int AS version, current_setting('max_connections')::int AS connections,
              has_database_privilege(current_database(), 'CREATE') AS "mayCreate"`,
    );
    return judgePostgres(rows[0]!);
  } catch (error) {
    return fault('PostgreSQL', `DATABASE_URL: PostgreSQL does not let us in (${reasonOf(error)}).`, start);
  } finally {
    await client.end().catch(() => undefined); // was not connected
  }
}

function judgePostgres({ version, connections, mayCreate }: { version: number; connections: number; mayCreate: boolean }): Finding {
  const major = Math.floor(version / 10_000);
  if (major < wanted.postgresMajor) {
    return fault('PostgreSQL', `PostgreSQL ${major} is too old: ${wanted.postgresMajor} is needed.`, 'Upgrade the server.');
  }
  if (!mayCreate) {
    const mend = 'GRANT CREATE ON DATABASE … TO …, or create the schemas';
    return warning('PostgreSQL', 'This user may not create schemas, which the first start does.', mend);
  }
  if (connections < wanted.connections) {
    const mend = `Set max_connections to ${wanted.connections} or more, or DATABASE_POOL_SIZE to less.`;
    return warning(
      'PostgreSQL',
      `PostgreSQL takes ${connections} connections; one copy of each service may use ${wanted.connections}.`,
      mend,
    );
  }
  return ok('PostgreSQL', `PostgreSQL ${major} answers and takes ${connections} connections.`);
}

export async function checkRedis(url: string): Promise<Finding> {
  const connection = openRedis(url, { role: 'cache', name: 'doctor' });
  try {
    const answered = await until(() => connection.client.ping(), timeoutMs);
    if (answered !== 'PONG') throw new Error('no answer');
    const policy = /^maxmemory_policy:(\S+)/m.exec(String(await connection.client.info('memory')))?.[1];
    const limit = /^maxmemory:(\d+)/m.exec(String(await connection.client.info('memory')))?.[1];
    if (limit !== '0' && policy === 'noeviction') {
      const mend = 'redis-cli config set maxmemory-policy allkeys-lru   (for the cache; not for the limits)';
      return warning('Redis', 'Redis has a memory limit and evicts nothing: a full one takes no writes.', mend);
    }
    return ok('Redis', `Redis answers; limit ${limit === '0' ? 'none' : `${limit} bytes`}, policy ${policy ?? 'unknown'}.`);
  } catch (error) {
    return warning('Redis', `REDIS_URL: Redis does not answer (${reasonOf(error)}). Services run without it, slower.`, start);
  } finally {
    await connection.close();
  }
}

/** Asks again while the connection is being made. */
async function until<T>(ask: () => Promise<T>, limitMs: number): Promise<T> {
  const endMs = Date.now() + limitMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > endMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** A NATS says in its first line what it is. */
export async function checkNats(urls: string): Promise<Finding> {
  const url = new URL(urls.split(',')[0]!);
  try {
    const { version, jetstream, max_payload } = JSON.parse((await firstLine(url)).replace(/^INFO /, '')) as Record<string, unknown>;
    if (jetstream !== true) return fault('NATS', 'NATS runs without JetStream, which carries the jobs.', 'nats-server --jetstream');
    if (Number(max_payload) < 1024 * 1024)
      return fault('NATS', `NATS takes messages of ${max_payload} bytes only.`, 'max_payload: 1MB in nats.conf');
    return ok('NATS', `NATS ${version} answers, with JetStream.`);
  } catch (error) {
    return fault('NATS', `NATS_URL: no NATS answers at ${url.host} (${reasonOf(error)}).`, start);
  }
}

function firstLine({ hostname, port }: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 4_222, timeout: timeoutMs });
    let text = '';
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    socket.on('data', (chunk) => {
      text += chunk.toString();
      if (text.includes('\n') || text.length > 65_536) end(() => resolve(text.split('\n')[0]!));
    });
    socket.once('timeout', () => end(() => reject(new Error('no answer in time'))));
    socket.once('error', (error) => end(() => reject(error)));
    socket.once('end', () => end(() => reject(new Error('closed the connection'))));
  });
}
