/** LISTEN on a connection of its own, outside the pool, opened again whenever it dies. */
import { keepConnection, type LastingConnection } from './lasting-connection.ts';

export interface Listening extends Pick<LastingConnection, 'url' | 'onLost' | 'signal' | 'timeouts' | 'askEveryMs'> {
  /** Plain lower-case words. */
  readonly channel: string;
  /** Called at every notification, and once after each (re)connection: whatever was notified while we were away is unknown. */
  readonly onNotify: () => void;
}

/** Listens until `signal` aborts; resolves after the connection is closed. Notifications are hints: poll behind them. */
export function listenToPostgres({ channel, onNotify, ...connection }: Listening): Promise<void> {
  return keepConnection({
    ...connection,
    name: `listen ${channel}`,
    onOpen: async (client) => {
      client.on('notification', onNotify);
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      onNotify();
    },
  });
}
