/** Liveness of a process, as an advisory lock of a dedicated connection: PostgreSQL releases it when the process or its connection ends. */
import { randomInt } from 'node:crypto';
import { type DedicatedConnectionOptions, keepDedicatedConnection } from './dedicated-connection.ts';

/** First key of these locks; it separates them from all other advisory locks of the database. */
const lockClass = 1_918_989_929;

export interface LivenessLockOptions extends Pick<DedicatedConnectionOptions, 'url' | 'onLost' | 'signal'> {
  readonly name: string;
  /** Called with the id whose lock is held from now on, in [1, 2³¹), or undefined when the connection is lost and others may take over. */
  readonly onChange: (id: number | undefined) => void;
}

/** Holds a liveness lock until `signal` aborts, with a new id after each reconnect; resolves after the connection is closed. */
export function holdLivenessLock({ onChange, ...connection }: LivenessLockOptions): Promise<void> {
  return keepDedicatedConnection({
    ...connection,
    onOpen: async (client) => {
      const id = randomInt(1, 2 ** 31);
      await client.query('SELECT pg_advisory_lock($1, $2)', [lockClass, id]);
      client.once('end', () => onChange(undefined));
      onChange(id);
    },
  });
}

/**
 * SQL condition: true when no process holds the lock of the id in `column`. The former holder has ended, or has lost its connection without having
 * noticed: a process that takes over must fence off its later writes.
 */
export const livenessLockIsFree = (column: string): string =>
  `NOT EXISTS (SELECT 1 FROM pg_locks AS lock JOIN pg_database AS here ON here.oid = lock.database
     WHERE here.datname = current_database() AND lock.locktype = 'advisory' AND lock.objsubid = 2 AND lock.granted
       AND lock.classid = ${lockClass}::oid AND lock.objid = ${column}::oid)`;
