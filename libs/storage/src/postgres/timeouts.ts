/** Time limits of PostgreSQL connections, in ms. */

export interface PostgresTimeouts {
  /** To open a connection, or to get one from the pool. */
  readonly connectMs: number;
  /** For a statement, except in migrations; the server cancels it then. */
  readonly statementMs: number;
  /** Idle time between two statements of a transaction, which holds locks meanwhile. */
  readonly idleInTransactionMs: number;
  /** Without any reply, on the waiting connection and then on a new one; after that PostgreSQL counts as unavailable. */
  readonly silenceMs: number;
}

export const postgresTimeouts: PostgresTimeouts = {
  connectMs: 5_000,
  statementMs: 30_000,
  idleInTransactionMs: 30_000,
  silenceMs: 4_000, // below the deadline of most calls between services (5 s), so that the caller receives the failure
};

export const timeoutsOf = (overrides: Partial<PostgresTimeouts> = {}): PostgresTimeouts => ({ ...postgresTimeouts, ...overrides });

/** TCP keep-alive: prevents firewalls from dropping idle connections, and detects dead ones. */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;
