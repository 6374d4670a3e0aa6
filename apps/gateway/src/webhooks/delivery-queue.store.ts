import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, mayAct } from '#platform';
import { dropPartitions, makePartitions, queryRows } from '#storage';
import { type ClaimLimits, claimDue } from './delivery-claim.sql.ts';
import type { DeliveryAttempt } from './delivery-log.store.ts';
import { webhookDeliveries } from './delivery-partitions.migration.ts';
import { type DisabledReason, failPending } from './webhook.store.ts';

/** A delivery leased to this process. */
export interface Claim {
  readonly id: string;
  readonly webhookId: string;
  readonly messageId: string;
  readonly event: string;
  readonly body: string;
  /** Number of this attempt, from 1; also the fencing token. */
  readonly attempts: number;
  readonly url: string;
  readonly sealedSecret: Buffer;
  /** The previous secret, valid for a while after a rotation. */
  readonly sealedPrevious: Buffer | null;
}

/** Pause of a webhook after a failed attempt. */
export interface Pause {
  /** The receiver's Retry-After; 0 for none. */
  readonly retryAfterMs: number;
  /** Initial pause after an attempt without a response; doubles with each further one. */
  readonly firstMs: number;
  readonly maxMs: number;
}

export interface Backlog {
  readonly pending: number;
  /** Time since the oldest delivery became due. */
  readonly oldestSeconds: number;
}

/** A webhook without a successful attempt for this long is disabled. */
const failingDays = 5;
const keptDays = 30;
const mostTries = 16;

/** The delivery queue, shared by all instances of the gateway. One SQL statement atomically claims deliveries. */
@Injectable()
export class DeliveryQueue {
  constructor(private readonly database: Database) {}

  /** Claims are serialised: concurrent ones would each use the full limits. */
  claim({ free, perWebhook, perReceiver, failing, ownerShare }: ClaimLimits): Promise<Claim[]> {
    return this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('webhooks'), hashtext('claim'))`);
      return queryRows<Claim>(tx, claimDue, [free, perWebhook, perReceiver, failing, ownerShare]);
    });
  }

  /** False when the lease was lost or the webhook was disabled. */
  delivered(claim: Claim, done: DeliveryAttempt): Promise<boolean> {
    return this.conclude(claim, done, `state = 'delivered', ended_at = now()`, (tx) =>
      tx.query(
        'UPDATE gateway.webhook SET failing_since = NULL, paused_until = NULL, misses = 0 WHERE id = $1 AND failing_since IS NOT NULL',
        [claim.webhookId],
      ),
    );
  }

  /** @param delayMs until the next attempt; undefined after the last one. @param pause of the webhook */
  missed(claim: Claim, done: DeliveryAttempt, delayMs: number | undefined, pause: Pause): Promise<boolean> {
    const next =
      delayMs === undefined ? `state = 'failed', ended_at = now()` : `next_at = now() + ${Math.round(delayMs)} * interval '1 millisecond'`;
    return this.conclude(claim, done, next, async (tx) => {
      const isFailingTooLong = await queryRows(tx, recordMiss, [
        claim.webhookId,
        done.status === null,
        pause.retryAfterMs,
        pause.firstMs,
        pause.maxMs,
      ]);
      if ((isFailingTooLong[0] as { isFailingTooLong: boolean } | undefined)?.isFailingTooLong)
        await disable(tx, claim.webhookId, 'failing');
    });
  }

  /** The receiver answered 410: the webhook is disabled. */
  gone(claim: Claim, done: DeliveryAttempt): Promise<boolean> {
    return this.conclude(claim, done, `state = 'failed', ended_at = now()`, (tx) => disable(tx, claim.webhookId, 'gone'));
  }

  /** Releases the delivery without counting an attempt, at shutdown. */
  async release({ id, attempts }: Claim): Promise<void> {
    await queryRows(
      this.database.source,
      `UPDATE gateway.webhook_delivery SET attempts = attempts - 1, lease_until = NULL WHERE ${mine} RETURNING 1`,
      [id, attempts],
    );
  }

  async backlog(): Promise<Backlog> {
    const [row] = await queryRows<Backlog>(
      this.database.source,
      `SELECT count(*)::int AS pending, coalesce(greatest(0, extract(epoch FROM now() - min(next_at))), 0)::float8 AS "oldestSeconds"
       FROM gateway.webhook_delivery d JOIN gateway.webhook w ON w.id = d.webhook_id AND w.unverified_since IS NULL
       WHERE d.state = 'pending' AND ${mayAct('w.owner_id')}`,
    );
    return row ?? { pending: 0, oldestSeconds: 0 };
  }

  /** Makes the partitions ahead, and drops those of months that were over long enough ago and in which nothing waits. */
  async maintain(now = new Date()): Promise<void> {
    const { source } = this.database;
    await makePartitions(source, webhookDeliveries, now);
    await dropPartitions(source, webhookDeliveries, new Date(now.getTime() - keptDays * 86_400_000), `state = 'pending'`);
  }

  /** Locks the webhook before the delivery, like all other statements, so that no two transactions deadlock. */
  private conclude(
    { id, webhookId, attempts }: Claim,
    done: DeliveryAttempt,
    change: string,
    also: (tx: EntityManager) => Promise<unknown>,
  ): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM gateway.webhook WHERE id = $1 FOR NO KEY UPDATE', [webhookId]);
      const changed = await queryRows(
        tx,
        `UPDATE gateway.webhook_delivery SET ${change}, lease_until = NULL,
           tries = CASE WHEN jsonb_array_length(tries) < ${mostTries} THEN tries || $3::jsonb ELSE tries END WHERE ${mine} RETURNING 1`,
        [id, attempts, JSON.stringify([done])],
      );
      if (changed.length === 0) return false;
      await also(tx);
      return true;
    });
  }
}

/**
 * A receiver that responds with an error is paused only by its Retry-After. One that does not respond occupies a slot until the
 * timeout: each miss doubles the pause. Concurrent attempts count as one miss.
 */
const recordMiss = `
  UPDATE gateway.webhook SET failing_since = coalesce(failing_since, now()),
    misses = CASE WHEN NOT $2::boolean THEN 0 WHEN paused_until > now() THEN misses ELSE misses + 1 END,
    paused_until = greatest(paused_until, now() + interval '1 millisecond' *
      least($5::float8, greatest($3::float8, CASE WHEN $2 AND (paused_until IS NULL OR paused_until <= now()) THEN $4::float8 * 2 ^ least(misses, 16) ELSE 0 END)))
  WHERE id = $1 RETURNING failing_since < now() - interval '${failingDays} days' AS "isFailingTooLong"`;

const mine = `id = $1 AND attempts = $2 AND state = 'pending'`;

async function disable(tx: EntityManager, webhookId: string, reason: DisabledReason): Promise<void> {
  await tx.query('UPDATE gateway.webhook SET disabled_reason = $2 WHERE id = $1', [webhookId, reason]);
  await failPending(tx, webhookId);
}
