import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { Database } from '#platform';
import { inTransaction, queryRows } from '#storage';
import { IDEMPOTENCY_CONFIG, type IdempotencyConfig } from './idempotency.config.ts';

/** Scope, key and fingerprint of a request. */
export interface KeyedRequest {
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: Buffer;
}

export type KeyClaim =
  | { readonly kind: 'ours'; readonly token: string; readonly workId: string }
  | { readonly kind: 'answered'; readonly sealedAnswer: Buffer; readonly content: Buffer | null };

/** Retention of a key, and the lease of a request in progress. */
const keptFor = `interval '24 hours'`;
export const leaseMs = 30_000;
const lease = `now() + ${leaseMs} * interval '1 millisecond'`;
/** Work may continue after its deadline; no call between services and no statement takes longer than this afterwards. */
const unknownFor = `interval '60 seconds'`;
const sweepBatch = 1_000;
/** Size of a key in the table and its indexes, added to the size of its response. */
const bytesPerKey = 1_024;

interface Kept {
  readonly fingerprint: Buffer;
  readonly sealedAnswer: Buffer | null;
  readonly content: Buffer | null;
  readonly leaseSeconds: number;
}

/** Requests by key, shared by all instances of the gateway. One SQL statement atomically decides which request proceeds. */
@Injectable()
export class IdempotencyStore {
  constructor(
    private readonly database: Database,
    @Inject(IDEMPOTENCY_CONFIG) private readonly config: Pick<IdempotencyConfig, 'GATEWAY_IDEMPOTENCY_BYTES_PER_USER'>,
  ) {}

  /**
   * Acquires the key for this request, unless another request holds it.
   * @throws Failure `idempotency-in-flight`; `idempotency-key-reused` if the request differs from the first one; `too-many-requests` for a new key while
   *   the stored responses of this scope are at their size limit: evicting one would allow its request to run twice
   */
  async begin(request: KeyedRequest): Promise<KeyClaim> {
    for (let tries = 0; tries < 5; tries++) {
      const taken = await this.take(request);
      if (taken) return { kind: 'ours', ...taken };
      const kept = await this.find(request);
      if (kept) return judge(kept, request);
      await this.refuseFull(request);
    } // the key was released between the two statements each time
    throw inFlight(1);
  }

  private async take({ scope, key, fingerprint }: KeyedRequest): Promise<{ readonly token: string; readonly workId: string } | undefined> {
    const [row] = await queryRows<{ token: string; workId: string }>(
      this.database.source,
      `INSERT INTO gateway.idempotency AS kept (scope, key, fingerprint, token, lease_until, expires_at)
       SELECT $1, $2, $3, $4, ${lease}, now() + ${keptFor}
       WHERE (${usedBytes}) < $5 OR EXISTS (SELECT 1 FROM gateway.idempotency WHERE scope = $1 AND key = $2)
       ON CONFLICT (scope, key) DO UPDATE
         SET fingerprint = EXCLUDED.fingerprint, token = EXCLUDED.token, lease_until = EXCLUDED.lease_until,
             expires_at = EXCLUDED.expires_at, sealed_answer = NULL, content = NULL,
             work_id = CASE WHEN kept.expires_at < now() THEN EXCLUDED.work_id ELSE kept.work_id END
         WHERE kept.expires_at < now()
           OR (kept.sealed_answer IS NULL AND kept.lease_until < now() AND kept.fingerprint = EXCLUDED.fingerprint)
       RETURNING token, work_id AS "workId"`,
      [scope, key, fingerprint, randomUUID(), this.config.GATEWAY_IDEMPOTENCY_BYTES_PER_USER],
    );
    return row;
  }

  /** @throws Failure `too-many-requests` when the size limit prevented the insert */
  private async refuseFull({ scope }: KeyedRequest): Promise<void> {
    const [row] = await queryRows<{ used: number; seconds: number | null }>(
      this.database.source,
      `SELECT (${usedBytes})::float8 AS used,
         (SELECT extract(epoch FROM min(expires_at) - now()) FROM gateway.idempotency WHERE scope = $1 AND expires_at > now())::float8 AS seconds`,
      [scope],
    );
    const max = this.config.GATEWAY_IDEMPOTENCY_BYTES_PER_USER;
    if (!row || row.used < max) return;
    throw new Failure(
      'too-many-requests',
      `The stored responses of your Idempotency-Keys are limited to ${max} bytes. Send the request without a key, or wait until older keys expire.`,
      { retryAfterSeconds: Math.max(1, Math.ceil(row.seconds ?? 1)) },
    );
  }

  private async find({ scope, key }: KeyedRequest): Promise<Kept | undefined> {
    const [row] = await queryRows<Kept>(
      this.database.source,
      `SELECT fingerprint, sealed_answer AS "sealedAnswer", content, extract(epoch FROM lease_until - now())::float8 AS "leaseSeconds"
       FROM gateway.idempotency WHERE scope = $1 AND key = $2`,
      [scope, key],
    );
    return row;
  }

  /** Renews the lease. False when another request has taken over the key. */
  renew(request: KeyedRequest, token: string): Promise<boolean> {
    return this.change(
      `UPDATE gateway.idempotency SET lease_until = greatest(lease_until, ${lease}) WHERE ${mine} RETURNING 1`,
      request,
      token,
    );
  }

  /**
   * Stores the response. Requests in progress at the same time could exceed the size limit of their scope together, so it is checked again, one response at
   * a time and without this key's own row, with which it was admitted: the limit is exceeded by one response at most.
   *
   * @returns false when another request has taken over the key, or the limit is reached
   */
  answer({ scope, key }: KeyedRequest, token: string, sealedAnswer: Buffer, content: Buffer | null): Promise<boolean> {
    return inTransaction(this.database.source, async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('gateway.idempotency'), hashtext($1))`, [scope]);
      const stored = await queryRows(
        tx,
        `UPDATE gateway.idempotency SET sealed_answer = $4, content = $5 WHERE ${mine} AND (${usedBytes}) - ${bytesPerKey} < $6 RETURNING 1`,
        [scope, key, token, sealedAnswer, content, this.config.GATEWAY_IDEMPOTENCY_BYTES_PER_USER],
      );
      return stored.length > 0;
    });
  }

  /** After a timeout the work may continue elsewhere: keeps the key until it has certainly ended. */
  leaveOpen(request: KeyedRequest, token: string): Promise<boolean> {
    return this.change(`UPDATE gateway.idempotency SET lease_until = now() + ${unknownFor} WHERE ${mine} RETURNING 1`, request, token);
  }

  /** Releases the key. */
  release(request: KeyedRequest, token: string): Promise<boolean> {
    return this.change(`DELETE FROM gateway.idempotency WHERE ${mine} RETURNING 1`, request, token);
  }

  /** Deletes a batch of expired keys. @returns whether there may be more */
  async sweep(): Promise<boolean> {
    const gone = await queryRows(
      this.database.source,
      `DELETE FROM gateway.idempotency WHERE (scope, key) IN
         (SELECT scope, key FROM gateway.idempotency WHERE expires_at < now() LIMIT ${sweepBatch} FOR UPDATE SKIP LOCKED) RETURNING 1`,
    );
    return gone.length === sweepBatch;
  }

  /** Deletes every key of a scope, with its response. */
  async forgetScope(scope: string): Promise<void> {
    await queryRows(this.database.source, 'DELETE FROM gateway.idempotency WHERE scope = $1', [scope]);
  }

  private async change(sql: string, { scope, key }: KeyedRequest, ...rest: readonly unknown[]): Promise<boolean> {
    return (await queryRows(this.database.source, sql, [scope, key, ...rest])).length > 0;
  }
}

const usedBytes = `SELECT coalesce(sum(answer_bytes + ${bytesPerKey}), 0) FROM gateway.idempotency WHERE scope = $1 AND expires_at > now()`;
const mine = 'scope = $1 AND key = $2 AND token = $3 AND sealed_answer IS NULL';

function judge({ fingerprint, sealedAnswer, content, leaseSeconds }: Kept, request: KeyedRequest): KeyClaim {
  if (!fingerprint.equals(request.fingerprint)) throw keyReused();
  if (sealedAnswer === null) throw inFlight(Math.min(5, Math.max(1, leaseSeconds)));
  return { kind: 'answered', sealedAnswer, content };
}

export const keyReused = () => new Failure('idempotency-key-reused', 'This Idempotency-Key was used with a different request.');

const inFlight = (retryAfterSeconds: number) =>
  new Failure('idempotency-in-flight', 'A request with this Idempotency-Key is in progress.', { retryAfterSeconds });
