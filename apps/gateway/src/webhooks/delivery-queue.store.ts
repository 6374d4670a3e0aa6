import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { queryRows } from '#storage';
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

export interface Backlog {
  readonly pending: number;
  /** Since the oldest one is due. */
  readonly oldestSeconds: number;
}

/** Longer than any try. */
const leaseSeconds = 90;
/** A receiver that takes nothing for this long is left alone. */
const failingDays = 5;
const keptDays = 30;
const pruneBatch = 1_000;
const mostTries = 16;

/** Every webhook with something pending, without looking at all that is pending (a "loose index scan"). */
const waiting = `waiting AS (
  (SELECT webhook_id FROM gateway.webhook_delivery WHERE state = 'pending' ORDER BY webhook_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.webhook_id FROM gateway.webhook_delivery d WHERE d.state = 'pending' AND d.webhook_id > w.webhook_id ORDER BY d.webhook_id LIMIT 1)
  FROM waiting w WHERE w.webhook_id IS NOT NULL)`;

/** What is due, in turns: of each webhook no more than may be under way to it, so that a slow one delays nobody. */
const due = `due AS (
  SELECT d.id FROM waiting w CROSS JOIN LATERAL (
    SELECT id, next_at FROM gateway.webhook_delivery
    WHERE webhook_id = w.webhook_id AND state = 'pending' AND next_at <= now() AND (lease_until IS NULL OR lease_until < now())
    ORDER BY next_at
    LIMIT greatest(0, $2 - (SELECT count(*) FROM gateway.webhook_delivery s
      WHERE s.webhook_id = w.webhook_id AND s.state = 'pending' AND s.lease_until >= now()))
    FOR UPDATE SKIP LOCKED) d
  WHERE w.webhook_id IS NOT NULL ORDER BY d.next_at LIMIT $1)`;

const claimDue = `
  WITH RECURSIVE ${waiting}, ${due}
  UPDATE gateway.webhook_delivery d SET attempts = d.attempts + 1, lease_until = now() + interval '${leaseSeconds} seconds'
  FROM due, gateway.webhook w WHERE d.id = due.id AND w.id = d.webhook_id
  RETURNING d.id, d.webhook_id AS "webhookId", d.message_id AS "messageId", d.event, d.body, d.attempts, w.url,
    w.sealed_secret AS "sealedSecret", CASE WHEN w.previous_until > now() THEN w.sealed_previous END AS "sealedPrevious"`;

/** Deliveries as a sender sees them. SQL: who may send what is decided by one statement, for all copies of the gateway. */
@Injectable()
export class DeliveryQueue {
  constructor(private readonly database: Database) {}

  /**
   * Copies take turns: two that looked at the same moment would each see room for all that may be under way.
   * @param most at once; @param mostPerWebhook under way to one webhook, in all copies together
   */
  claim(most: number, mostPerWebhook: number): Promise<Claim[]> {
    return this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('webhooks'), hashtext('claim'))`);
      return queryRows<Claim>(tx, claimDue, [most, mostPerWebhook]);
    });
  }

  /** False when somebody else has it by now, or nobody wants it any more. */
  delivered(claim: Claim, done: Try): Promise<boolean> {
    return this.conclude(claim, done, `state = 'delivered', ended_at = now()`, (tx) =>
      tx.query('UPDATE gateway.webhook SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL', [claim.webhookId]),
    );
  }

  /** @param delayMs until the next try; undefined: that was the last one */
  missed(claim: Claim, done: Try, delayMs: number | undefined): Promise<boolean> {
    const next =
      delayMs === undefined ? `state = 'failed', ended_at = now()` : `next_at = now() + ${Math.round(delayMs)} * interval '1 millisecond'`;
    return this.conclude(claim, done, next, async (tx) => {
      const tired = await queryRows(
        tx,
        `UPDATE gateway.webhook SET failing_since = coalesce(failing_since, now()) WHERE id = $1
         RETURNING failing_since < now() - interval '${failingDays} days' AS tired`,
        [claim.webhookId],
      );
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

const mine = `id = $1 AND attempts = $2 AND state = 'pending'`;

async function disable(tx: EntityManager, webhookId: string, reason: DisabledReason): Promise<void> {
  await tx.query('UPDATE gateway.webhook SET disabled_reason = $2 WHERE id = $1', [webhookId, reason]);
  await failPending(tx, webhookId);
}
