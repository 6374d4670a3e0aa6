import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { backoffMs } from '#contracts';
import { type ClusterAddress, clusterAddress } from './cluster-url.ts';

/**
 * Purpose of a connection. `cache` may lose its data at any time; `limits` holds counters that a full cache must not evict, so give it a separate
 * instance or database.
 */
export type RedisRole = 'cache' | 'limits';

export interface OpenRedisOptions {
  readonly role: RedisRole;
  /** Shown in CLIENT LIST. */
  readonly name?: string;
  /** Timeout of a command; the only protection against a frozen server. */
  readonly commandTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** PEM of the CA that signed the certificate of a `rediss://` server; default: the CAs of Node. */
  readonly ca?: string | undefined;
}

/** A single Redis, or a cluster: the keys of one command or script must have one hash tag. */
export type RedisClient = Redis | Cluster;

export interface RedisHealth {
  readonly status: 'up' | 'connecting' | 'down';
  readonly sinceMs: number;
  readonly reconnects: number;
  readonly lastError: string | null;
}

export interface RedisConnection {
  readonly client: RedisClient;
  /** State of the connection as last observed; sends no command and never throws. */
  health(): RedisHealth;
  close(): Promise<void>;
}

const timeoutsMs: Record<RedisRole, number> = { cache: 250, limits: 150 };

/**
 * Opens a connection that fails fast: a command fails after its timeout when the server is unreachable, slow or frozen. Reconnects without limit,
 * with a backoff. Never throws; see `health()`.
 */
export function openRedis(url: string, options: OpenRedisOptions): RedisConnection {
  const cluster = clusterAddress(url);
  const client = cluster ? openCluster(cluster, options) : new Redis(url, { ...failFast(options), ...tlsOf(options.ca) });
  const health = trackHealth(client);
  return { client, health, close: () => close(client) };
}

/** A command is redirected at most thrice, so that it fails about as fast as on a single Redis while a node is away. */
function openCluster({ seeds, username, password, isTls }: ClusterAddress, options: OpenRedisOptions): Cluster {
  const { retryStrategy: _ofNodes, enableAutoPipelining: _perSlot, ...redisOptions } = failFast(options);
  const tls = options.ca ? tlsOf(options.ca) : isTls ? { tls: {} } : {};
  return new Cluster([...seeds], {
    redisOptions: { ...redisOptions, ...(username ? { username } : {}), ...(password ? { password } : {}), ...tls },
    enableOfflineQueue: false,
    enableAutoPipelining: false, // when slots move, each command is redirected by itself
    maxRedirections: 3,
    retryDelayOnFailover: 50,
    retryDelayOnClusterDown: 50,
    slotsRefreshTimeout: 1_000,
    slotsRefreshInterval: 5_000,
    clusterRetryStrategy: reconnectDelayMs,
  });
}

/** A CA enforces TLS also for a `redis://` URL, where it would otherwise be ignored and the connection unencrypted. */
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
    disconnectTimeout: 100, // the default delays the close of a lost connection by two seconds
    retryStrategy: reconnectDelayMs,
  };
}

const reconnectDelayMs = (attempt: number) => backoffMs({ attempt, baseMs: 100, capMs: 2_500, jitter: 0.4 });

function trackHealth(client: RedisClient): () => RedisHealth {
  let sinceMs = Date.now();
  let readyCount = 0;
  let lastError: string | null = null;
  client.on('ready', () => {
    sinceMs = Date.now();
    readyCount += 1;
    lastError = null;
  });
  client.on('close', () => {
    if (client.status !== 'reconnecting') sinceMs = Date.now();
  });
  // Without a listener, an error event ends the process.
  client.on('error', (error: Error) => {
    lastError = error.message;
  });
  client.on('node error', (error: Error) => {
    lastError = error.message;
  });
  return () => ({ status: statusOf(client), sinceMs, reconnects: Math.max(0, readyCount - 1), lastError });
}

const statusOf = (client: RedisClient): RedisHealth['status'] => {
  if (client.status === 'ready') return 'up';
  return client.status === 'connecting' || client.status === 'connect' ? 'connecting' : 'down';
};

async function close(client: RedisClient): Promise<void> {
  if (client.status === 'ready') await client.quit().catch(() => client.disconnect());
  else client.disconnect();
}
