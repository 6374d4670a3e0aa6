/** A connection of its own, outside the pool, opened again whenever it dies. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { backoffMs } from '#contracts';
import { SilenceWatch } from './silence-watch.ts';
import { keepAlive, type PostgresTimeouts, timeoutsOf } from './timeouts.ts';

const goodbyeMs = 1_000;

export interface LastingConnection {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  /** Prepares each new connection. */
  readonly onOpen: (client: Client) => Promise<void>;
  /** Told why the connection ended; it is opened again after a wait. */
  readonly onLost: (error: unknown) => void;
  readonly signal: AbortSignal;
  readonly timeouts?: Partial<PostgresTimeouts> | undefined;
  /** A connection on which nothing is asked does not notice that its server is gone: so it asks every so many ms, 10 s unless told. */
  readonly askEveryMs?: number | undefined;
}

/** Keeps it until `signal` aborts; resolves after it is closed. */
export async function keepConnection(wish: LastingConnection): Promise<void> {
  const { signal } = wish;
  for (let tries = 0; !signal.aborted; tries++) {
    await keepOnce(wish, () => {
      tries = 0;
    }).catch((error: unknown) => signal.aborted || wish.onLost(error));
    await delay(backoffMs({ attempt: tries + 1, baseMs: 200, capMs: 5_000 }), undefined, { signal }).catch(() => undefined); // aborted: the loop ends
  }
}

async function keepOnce({ url, name, signal, onOpen, ...more }: LastingConnection, onConnected: () => void): Promise<void> {
  const { connectMs, silenceMs } = timeoutsOf(more.timeouts);
  const config = { connectionString: url, application_name: name };
  const watch = new SilenceWatch(config, { silenceMs });
  const client = new watch.Client({ ...config, connectionTimeoutMillis: connectMs, ...keepAlive });
  const lost = endOf(client, signal);
  const asking = setInterval(askAgain(client), more.askEveryMs ?? 10_000);
  try {
    await client.connect();
    await onOpen(client);
    onConnected();
    await lost;
  } finally {
    clearInterval(asking);
    const hangUp = setTimeout(() => watch.hangUp(), goodbyeMs);
    await client.end().catch(() => undefined); // already gone
    clearTimeout(hangUp);
  }
}

/** Rejects when it ends, or is to end. */
function endOf(client: Client, signal: AbortSignal): Promise<never> {
  const lost = new Promise<never>((_, reject) => {
    client.once('error', reject);
    client.once('end', () => reject(new Error('the connection ended')));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  lost.catch(() => undefined); // it may end before anyone waits for it
  client.on('error', () => undefined); // errors after the first one say nothing new
  return lost;
}

/** One question at a time; one that fails ends the connection, and whoever waits for its end hears why. */
function askAgain(client: Client): () => void {
  let waiting = false;
  const answered = () => {
    waiting = false;
  };
  return () => {
    if (waiting) return;
    waiting = true;
    client.query('SELECT 1').then(answered, answered);
  };
}
