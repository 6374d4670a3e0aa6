/** How long we wait for PostgreSQL, and it for us. All in ms. */

export interface PostgresTimeouts {
  /** For a connection: a new one, or a free place in the pool. */
  readonly connectMs: number;
  /** For a statement, migrations apart; the server cancels it then. */
  readonly statementMs: number;
  /** In a transaction between two statements: locks are held meanwhile. */
  readonly idleInTransactionMs: number;
  /** For any word at all, from the connection that waits and then from a new one; after that PostgreSQL counts as gone. */
  readonly silenceMs: number;
}

export const postgresTimeouts: PostgresTimeouts = {
  connectMs: 5_000,
  statementMs: 30_000,
  idleInTransactionMs: 30_000,
  silenceMs: 4_000, // below the deadline of most calls between services (5 s), so that they can still say what is wrong
};

export const timeoutsOf = (wished: Partial<PostgresTimeouts> = {}): PostgresTimeouts => ({ ...postgresTimeouts, ...wished });

/** Quiet connections are kept known to firewalls on their way, and the dead ones among them found. */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;
