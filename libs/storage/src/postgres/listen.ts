/** LISTEN on a dedicated connection that reconnects whenever it is lost. */
import { type DedicatedConnectionOptions, keepDedicatedConnection } from './dedicated-connection.ts';

export interface ListenOptions extends Pick<DedicatedConnectionOptions, 'url' | 'onLost' | 'signal' | 'timeouts' | 'pingEveryMs'> {
  /** Lower-case letters and underscores. */
  readonly channel: string;
  /** Called at every notification with its payload, and once after each (re)connection without one, because notifications sent meanwhile are lost. */
  readonly onNotify: (payload?: string) => void;
}

/** Listens until `signal` aborts; resolves after the connection is closed. Notifications can be lost, so callers must poll as well. */
export function listenToPostgres({ channel, onNotify, ...connection }: ListenOptions): Promise<void> {
  return keepDedicatedConnection({
    ...connection,
    name: `listen ${channel}`,
    onOpen: async (client) => {
      client.on('notification', ({ payload }) => onNotify(payload ?? ''));
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      onNotify();
    },
  });
}
