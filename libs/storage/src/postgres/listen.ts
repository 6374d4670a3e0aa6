/** LISTEN on a connection of its own, outside the pool, opened again whenever it dies. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export interface Listening {
  readonly url: string;
  /** Plain lower-case words. */
  readonly channel: string;
  /** Called at every notification, and once after each (re)connection: whatever was notified while we were away is unknown. */
  readonly onNotify: () => void;
  /** Told why the connection ended; it is opened again after a wait. */
  readonly onLost: (error: unknown) => void;
  readonly signal: AbortSignal;
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

async function listenOnce({ url, channel, onNotify, signal }: Listening, onConnected: () => void): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: `listen ${channel}`,
  });
  const lost = new Promise<never>((_, reject) => {
    client.once('error', reject);
    client.once('end', () => reject(new Error('the LISTEN connection ended')));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  lost.catch(() => undefined); // it may end before anyone waits for it
  client.on('error', () => undefined); // errors after the first one say nothing new
  client.on('notification', onNotify);
  try {
    await client.connect();
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    onConnected();
    onNotify();
    await lost;
  } finally {
    await client.end().catch(() => undefined); // already gone
  }
}
