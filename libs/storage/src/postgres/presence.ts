/** A sign of life that PostgreSQL itself takes away: an advisory lock of a connection, gone with the process that held it. */
import { randomInt } from 'node:crypto';
import { keepConnection, type LastingConnection } from './lasting-connection.ts';

/** Locks of this kind, among all advisory locks of the database. */
const kind = 1_918_989_929;

export interface PresenceOptions extends Pick<LastingConnection, 'url' | 'onLost' | 'signal'> {
  readonly name: string;
  /** Here under this number from now on, in [1, 2³¹); undefined: our connection was lost, and others may believe that we are gone. */
  readonly onChange: (id: number | undefined) => void;
}

/** Shows that this process lives until `signal` aborts, under another number after each loss of the connection; resolves after it is closed. */
export function keepPresence({ onChange, ...connection }: PresenceOptions): Promise<void> {
  return keepConnection({
    ...connection,
    onOpen: async (client) => {
      const id = randomInt(1, 2 ** 31);
      await client.query('SELECT pg_advisory_lock($1, $2)', [kind, id]);
      client.once('end', () => onChange(undefined));
      onChange(id);
    },
  });
}

/**
 * SQL: true when nobody is here under the number in `column`. He is dead, or has lost his connection and does not know it yet: whoever takes over from
 * him must see to it that what he still does changes nothing.
 */
export const isAbsent = (column: string): string =>
  `NOT EXISTS (SELECT 1 FROM pg_locks AS lock JOIN pg_database AS here ON here.oid = lock.database
     WHERE here.datname = current_database() AND lock.locktype = 'advisory' AND lock.objsubid = 2 AND lock.granted
       AND lock.classid = ${kind}::oid AND lock.objid = ${column}::oid)`;
