/** LISTEN on a connection of its own, outside the pool, opened again whenever it dies. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { SilenceWatch } from './silence-watch.ts';
import { keepAlive, type PostgresTimeouts, timeoutsOf } from './timeouts.ts';

const goodbyeMs = 1_000;

export interface Listening {
  readonly url: string;
  /** Plain lower-case words. */
  readonly channel: string;
  /** Called at every notification, and once after each (re)connection: whatever was notified while we were away is unknown. */
  readonly onNotify: () => void;
  /** Told why the connection ended; it is opened again after a wait. */
  readonly onLost: (error: unknown) => void;
  readonly signal: AbortSignal;
  readonly timeouts?: Partial<PostgresTimeouts>;
  /** A connection that only listens hears nothing when its server is gone: so it asks every so many ms, 10 s unless told. */
  readonly askEveryMs?: number;
}

/** Listens until `signal` aborts; resolves after the connection is closed. Notifications are hints: poll behind them. */
export async function listenToPostgres(listening: Listening): Promise<void> {
  const { signal } = listening;
  for (let tries = 0; !signal.aborted; tries++) {
    await listenOnce(listening, () => {
      tries = 0;
    }).catch((error: unknown) => signal.aborted || listening.onLost(error));
    await delay(Math.min(5_000, 200 * 2 ** tries), undefined, { signal }).catch(() => undefined); // aborted: the loop ends
  }
}

async function listenOnce({ url, channel, onNotify, signal, ...more }: Listening, onConnected: () => void): Promise<void> {
  const { connectMs, silenceMs } = timeoutsOf(more.timeouts);
  const watch = new SilenceWatch({ connectionString: url, application_name: `listen ${channel}` }, { silenceMs });
  const client = new watch.Client({
    connectionString: url,
    connectionTimeoutMillis: connectMs,
    application_name: `listen ${channel}`,
    ...keepAlive,
  });
  const lost = new Promise<never>((_, reject) => {
    client.once('error', reject);
    client.once('end', () => reject(new Error('the LISTEN connection ended')));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  lost.catch(() => undefined); // it may end before anyone waits for it
  client.on('error', () => undefined); // errors after the first one say nothing new
  client.on('notification', onNotify);
  const asking = setInterval(askAgain(client), more.askEveryMs ?? 10_000);
  try {
    await client.connect();
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    onConnected();
    onNotify();
    await lost;
  } finally {
    clearInterval(asking);
    const hangUp = setTimeout(() => watch.hangUp(), goodbyeMs);
    await client.end().catch(() => undefined); // already gone
    clearTimeout(hangUp);
  }
}

/** One question at a time; one that fails ends the connection, and whoever waits for its end hears why. */
function askAgain(client: Client): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    const answered = () => {
      waiting = false;
    };
    client.query('SELECT 1').then(answered, answered);
  };
}
