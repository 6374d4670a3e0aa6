/** A PostgreSQL connection outside the pool that reconnects whenever it is lost. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { backoffMs } from '#contracts';
import { ConnectionWatchdog } from './connection-watchdog.ts';
import { keepAlive, type PostgresTimeouts, timeoutsOf } from './timeouts.ts';

const closeTimeoutMs = 1_000;

export interface DedicatedConnectionOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  /** Prepares each new connection. */
  readonly onOpen: (client: Client) => Promise<void>;
  /** Called with the reason when the connection is lost; a reconnect follows after a backoff. */
  readonly onLost: (error: unknown) => void;
  readonly signal: AbortSignal;
  readonly timeouts?: Partial<PostgresTimeouts> | undefined;
  /** Interval of pings, which detect a lost server on an idle connection; default 10 s. */
  readonly pingEveryMs?: number | undefined;
}

/** Keeps the connection open until `signal` aborts; resolves after it is closed. */
export async function keepDedicatedConnection(options: DedicatedConnectionOptions): Promise<void> {
  const { signal } = options;
  for (let attempts = 0; !signal.aborted; attempts++) {
    await connectOnce(options, () => {
      attempts = 0;
    }).catch((error: unknown) => signal.aborted || options.onLost(error));
    await delay(backoffMs({ attempt: attempts + 1, baseMs: 200, capMs: 5_000 }), undefined, { signal }).catch(() => undefined); // aborted: the loop ends
  }
}

async function connectOnce({ url, name, signal, onOpen, ...more }: DedicatedConnectionOptions, onConnected: () => void): Promise<void> {
  const { connectMs, silenceMs } = timeoutsOf(more.timeouts);
  const config = { connectionString: url, application_name: name };
  const watchdog = new ConnectionWatchdog(config, { silenceMs });
  const client = new watchdog.Client({ ...config, connectionTimeoutMillis: connectMs, ...keepAlive });
  const lost = endOf(client, signal);
  const pings = setInterval(pinger(client), more.pingEveryMs ?? 10_000);
  try {
    await client.connect();
    await onOpen(client);
    onConnected();
    await lost;
  } finally {
    clearInterval(pings);
    const timeout = setTimeout(() => watchdog.destroyConnections(), closeTimeoutMs);
    await client.end().catch(() => undefined); // already closed
    clearTimeout(timeout);
  }
}

/** Rejects when the connection ends or `signal` aborts. */
function endOf(client: Client, signal: AbortSignal): Promise<never> {
  const lost = new Promise<never>((_, reject) => {
    client.once('error', reject);
    client.once('end', () => reject(new Error('the connection ended')));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  lost.catch(() => undefined); // it may reject before it is awaited
  client.on('error', () => undefined); // errors after the first one carry no new information
  return lost;
}

/** Sends one ping at a time. A failed ping ends the connection, and `endOf` reports the reason. */
function pinger(client: Client): () => void {
  let isPending = false;
  const done = () => {
    isPending = false;
  };
  return () => {
    if (isPending) return;
    isPending = true;
    client.query('SELECT 1').then(done, done);
  };
}
