import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { type ClaimLimits, claimDue } from './delivery-claim.sql.ts';
import type { Try } from './delivery-log.store.ts';
import { type DisabledReason, failPending } from './webhook.store.ts';

/** One delivery that is ours to send until the lease runs out. */
export interface Claim {
  readonly id: string;
  readonly webhookId: string;
  readonly messageId: string;
  readonly event: string;
  readonly body: string;
  /** Of this try, from 1; also the fence: whoever has another number writes nothing. */
  readonly attempts: number;
  readonly url: string;
  readonly sealedSecret: Buffer;
  /** Valid beside it for a while after a rotation. */
  readonly sealedPrevious: Buffer | null;
}

/** How long nothing is sent to a webhook after an attempt that failed. */
export interface Pause {
  /** What the receiver asked for in Retry-After; 0: nothing. */
  readonly wishMs: number;
  /** After the first attempt without an answer; each further one doubles it. */
  readonly firstMs: number;
  readonly maxMs: number;
}

export interface Backlog {
  readonly pending: number;
  /** Since the oldest one is due. */
  readonly oldestSeconds: number;
}

/** A receiver that takes nothing for this long is left alone. */
const failingDays = 5;
const keptDays = 30;
const pruneBatch = 1_000;
const mostTries = 16;

/** Deliveries as a sender sees them. SQL: who may send what is decided by one statement, for all copies of the gateway. */
@Injectable()
export class DeliveryQueue {
  constructor(private readonly database: Database) {}

  /** Copies claim one after the other: two at the same moment would each see room for all that may be open. */
  claim({ free, perWebhook, perReceiver, failing, ownerShare }: ClaimLimits): Promise<Claim[]> {
    return this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('webhooks'), hashtext('claim'))`);
      return queryRows<Claim>(tx, claimDue, [free, perWebhook, perReceiver, failing, ownerShare]);
    });
  }

  /** False when somebody else has it by now, or nobody wants it any more. */
  delivered(claim: Claim, done: Try): Promise<boolean> {
    return this.conclude(claim, done, `state = 'delivered', ended_at = now()`, (tx) =>
      tx.query(
        'UPDATE gateway.webhook SET failing_since = NULL, paused_until = NULL, misses = 0 WHERE id = $1 AND failing_since IS NOT NULL',
        [claim.webhookId],
      ),
    );
  }

  /** @param delayMs until the next attempt; undefined: that was the last one. @param pause of the whole webhook */
  missed(claim: Claim, done: Try, delayMs: number | undefined, pause: Pause): Promise<boolean> {
    const next =
      delayMs === undefined ? `state = 'failed', ended_at = now()` : `next_at = now() + ${Math.round(delayMs)} * interval '1 millisecond'`;
    return this.conclude(claim, done, next, async (tx) => {
      const tired = await queryRows(tx, recordMiss, [claim.webhookId, done.status === null, pause.wishMs, pause.firstMs, pause.maxMs]);
      if ((tired[0] as { tired: boolean } | undefined)?.tired) await disable(tx, claim.webhookId, 'failing');
    });
  }

  /** The receiver is not there any more and says so (410). */
  gone(claim: Claim, done: Try): Promise<boolean> {
    return this.conclude(claim, done, `state = 'failed', ended_at = now()`, (tx) => disable(tx, claim.webhookId, 'gone'));
  }

  /** As if it had not been tried: this process stops. */
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
       FROM gateway.webhook_delivery WHERE state = 'pending'`,
    );
    return row ?? { pending: 0, oldestSeconds: 0 };
  }

  /** Forgets what ended long ago, a batch at a time. @returns whether there may be more */
  async prune(): Promise<boolean> {
    const gone = await queryRows(
      this.database.source,
      `DELETE FROM gateway.webhook_delivery WHERE id IN
         (SELECT id FROM gateway.webhook_delivery WHERE state <> 'pending' AND ended_at < now() - interval '${keptDays} days'
          LIMIT ${pruneBatch} FOR UPDATE SKIP LOCKED) RETURNING 1`,
    );
    return gone.length === pruneBatch;
  }

  /** The lock on the webhook comes first, as everywhere, so that two of its deliveries never wait for each other. */
  private conclude(
    { id, webhookId, attempts }: Claim,
    done: Try,
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
 * A receiver that answers with an error costs little and is only paused when it asks for that. One that does not answer holds a slot until the
 * timeout: each miss doubles the pause. Attempts that were open together count as one miss.
 */
const recordMiss = `
  UPDATE gateway.webhook SET failing_since = coalesce(failing_since, now()),
    misses = CASE WHEN NOT $2::boolean THEN 0 WHEN paused_until > now() THEN misses ELSE misses + 1 END,
    paused_until = greatest(paused_until, now() + interval '1 millisecond' *
      least($5::float8, greatest($3::float8, CASE WHEN $2 AND (paused_until IS NULL OR paused_until <= now()) THEN $4::float8 * 2 ^ least(misses, 16) ELSE 0 END)))
  WHERE id = $1 RETURNING failing_since < now() - interval '${failingDays} days' AS tired`;

const mine = `id = $1 AND attempts = $2 AND state = 'pending'`;

async function disable(tx: EntityManager, webhookId: string, reason: DisabledReason): Promise<void> {
  await tx.query('UPDATE gateway.webhook SET disabled_reason = $2 WHERE id = $1', [webhookId, reason]);
  await failPending(tx, webhookId);
}
