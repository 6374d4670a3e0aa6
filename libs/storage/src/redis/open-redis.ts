import { Redis, type RedisOptions } from 'ioredis';
import { backoffMs } from '#contracts';

/**
 * What a connection is for. `cache` may lose everything at any time; `limits` holds counters that must not be evicted by a full cache,
 * so give it an instance or a database of its own.
 */
export type RedisRole = 'cache' | 'limits';

export interface OpenRedisOptions {
  readonly role: RedisRole;
  /** Shown in CLIENT LIST. */
  readonly name?: string;
  /** How long a command may take before it fails; the only thing that helps against a frozen server. */
  readonly commandTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** PEM of the authority behind a `rediss://` server's certificate; Node's own list unless told. */
  readonly ca?: string | undefined;
}

export interface RedisHealth {
  readonly status: 'up' | 'connecting' | 'down';
  readonly sinceMs: number;
  readonly reconnects: number;
  readonly lastError: string | null;
}

export interface RedisConnection {
  readonly client: Redis;
  /** A snapshot from what the connection has seen; asks nobody and never throws. */
  health(): RedisHealth;
  close(): Promise<void>;
}

const timeoutsMs: Record<RedisRole, number> = { cache: 250, limits: 150 };

/**
 * Opens a connection that fails fast: no command waits for a server that is away, slow or frozen longer than its time limit, and the
 * connection itself is sought for ever with growing pauses. Never rejects; see `health()`.
 */
export function openRedis(url: string, options: OpenRedisOptions): RedisConnection {
  const client = new Redis(url, { ...failFast(options), ...tlsOf(options.ca) });
  const watched = watch(client);
  return { client, health: () => watched.health(), close: () => close(client) };
}

/** A CA given for a server without TLS would be ignored, and nobody would notice that the line is in the clear: so it is insisted on. */
const tlsOf = (ca: string | undefined): Pick<RedisOptions, 'tls'> => (ca ? { tls: { ca } } : {});

function failFast({ role, name, commandTimeoutMs, connectTimeoutMs }: OpenRedisOptions): RedisOptions {
  return {
    connectionName: name ?? `rafaga-${role}`,
    commandTimeout: commandTimeoutMs ?? timeoutsMs[role],
    connectTimeout: connectTimeoutMs ?? 2_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: true,
    keepAlive: 30_000,
    disconnectTimeout: 100, // otherwise closing a connection that is already gone holds the process for two seconds
    retryStrategy: (attempt) => backoffMs({ attempt, baseMs: 100, capMs: 2_500, jitter: 0.4 }),
  };
}

function watch(client: Redis) {
  let sinceMs = Date.now();
  let readyTimes = 0;
  let lastError: string | null = null;
  client.on('ready', () => {
    sinceMs = Date.now();
    readyTimes += 1;
    lastError = null;
  });
  client.on('close', () => {
    if (client.status !== 'reconnecting') sinceMs = Date.now();
  });
  // Without a listener an error event would end the process.
  client.on('error', (error: Error) => {
    lastError = error.message;
  });
  return {
    health: (): RedisHealth => ({ status: statusOf(client), sinceMs, reconnects: Math.max(0, readyTimes - 1), lastError }),
  };
}

const statusOf = (client: Redis): RedisHealth['status'] => {
  if (client.status === 'ready') return 'up';
  return client.status === 'connecting' || client.status === 'connect' ? 'connecting' : 'down';
};

async function close(client: Redis): Promise<void> {
  if (client.status === 'ready') await client.quit().catch(() => client.disconnect());
  else client.disconnect();
}
