import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { deliveriesChannel } from '../webhooks/webhooks.migration.ts';
import { ownerEventsChannel } from './events.migration.ts';
import type { Announcement } from './owner-event.ts';

/** An announcement with its message. */
export interface Told {
  readonly announcement: Announcement;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

const batchSize = 100;
/** Of one owner in a batch, so that many announcements of one do not delay those of others. */
const mostPerOwner = 20;
/** Events that one owner's stream keeps. */
export const keptPerOwner = 1_000;
const keptDays = 7;
const retrySeconds = 5;
const giveUpAfterHours = 24;
/** Held by the one instance that writes. */
const tellLock = `hashtext('events'), hashtext('tell')`;

const take = `
  WITH RECURSIVE owners AS (
    (SELECT owner_id FROM jobs.announcement ORDER BY owner_id LIMIT 1)
    UNION ALL
    SELECT (SELECT a.owner_id FROM jobs.announcement a WHERE a.owner_id > o.owner_id ORDER BY a.owner_id LIMIT 1)
    FROM owners o WHERE o.owner_id IS NOT NULL)
  SELECT a.id, a.message_id AS "messageId", a.owner_id AS "ownerId", a.type, a.noun, a.resource_id AS "resourceId", a.body, a.at
  FROM owners o CROSS JOIN LATERAL (
    SELECT *, row_number() OVER (ORDER BY id) AS turn FROM jobs.announcement
    WHERE owner_id = o.owner_id AND due_at <= now() ORDER BY id LIMIT ${mostPerOwner}) a
  ORDER BY a.turn, a.id LIMIT ${batchSize}`;

const addEvents = `
  INSERT INTO gateway.owner_event (owner_id, message_id, type, body, at)
  SELECT owner_id, message_id, type, body, at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) WITH ORDINALITY AS t (owner_id, message_id, type, body, at, position)
  ORDER BY position ON CONFLICT DO NOTHING`;

const addDeliveries = `
  INSERT INTO gateway.webhook_delivery (id, webhook_id, message_id, event, source, body, created_at)
  SELECT gen_random_uuid(), w.id, t.message_id, t.type, t.message_id, t.body, t.at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::jsonb[]) AS t (owner_id, message_id, type, body, at, metadata)
  JOIN gateway.webhook w ON w.owner_id = t.owner_id AND w.disabled_reason IS NULL AND t.metadata @> w.metadata
    AND (w.events = '{}' OR t.type = ANY (w.events) OR split_part(t.type, '.', 1) || '.*' = ANY (w.events))
  FOR SHARE OF w
  ON CONFLICT DO NOTHING RETURNING 1`;

const dropBeyondShare = `
  DELETE FROM gateway.owner_event e USING unnest($1::uuid[]) AS o (owner_id)
  WHERE e.owner_id = o.owner_id AND e.sequence <= (
    SELECT sequence FROM gateway.owner_event WHERE owner_id = o.owner_id ORDER BY sequence DESC OFFSET ${keptPerOwner} LIMIT 1)`;

@Injectable()
export class AnnouncementStore {
  constructor(private readonly database: Database) {}

  /**
   * Reads a batch, in turns between owners, has it told outside any transaction, since that asks other services, and replaces what is still there by
   * its messages in one transaction. Instances that read the same announcement both have it told; the first that writes removes it. After a crash it
   * is read again.
   *
   * @param tell messages for those that can be told, `later` for those that cannot now; the others are dropped
   * @returns how many were read
   */
  async step(tell: (batch: readonly Announcement[]) => Promise<{ told: readonly Told[]; later: readonly string[] }>): Promise<number> {
    const batch = await queryRows<Announcement>(this.database.source, take, []);
    if (batch.length === 0) return 0;
    const { told, later } = await tell(batch);
    const done = batch.map(({ id }) => id).filter((id) => !later.includes(id));
    await this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(${tellLock})`); // one at a time: sequences are then in the order of commits
      const removed = await queryRows<{ id: string }>(tx, 'DELETE FROM jobs.announcement WHERE id = ANY($1::bigint[]) RETURNING id', [
        done,
      ]);
      const own = new Set(removed.map(({ id }) => id));
      await this.write(
        tx,
        told.filter(({ announcement }) => own.has(announcement.id)),
      );
      await postpone(tx, later);
    });
    return batch.length;
  }

  private async write(tx: EntityManager, told: readonly Told[]): Promise<void> {
    if (told.length === 0) return;
    const owners = [...new Set(told.map(({ announcement }) => announcement.ownerId))];
    const columns = [
      told.map(({ announcement }) => announcement.ownerId),
      told.map(({ announcement }) => announcement.messageId),
      told.map(({ announcement }) => announcement.type),
      told.map(({ message }) => message),
    ];
    const times = told.map(({ announcement }) => announcement.at);
    await tx.query(addEvents, [...columns, times]);
    await tx.query(dropBeyondShare, [owners]);
    const deliveries = await queryRows(tx, addDeliveries, [...columns, times, told.map(({ metadata }) => JSON.stringify(metadata))]);
    if (deliveries.length > 0) await tx.query(`SELECT pg_notify($1, '')`, [deliveriesChannel]);
    await tx.query('SELECT pg_notify($1, $2)', [ownerEventsChannel, owners.join(' ')]); // at most 100 ids: below the limit of 8,000 bytes
  }

  /** Deletes an owner's pending announcements and events. Waits for the lock, since the instance that holds it may be writing events of this owner. */
  erase(ownerId: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(${tellLock})`);
      await tx.query('DELETE FROM jobs.announcement WHERE owner_id = $1', [ownerId]);
      await tx.query('DELETE FROM gateway.owner_event WHERE owner_id = $1', [ownerId]);
    });
  }

  /** Deletes one batch of events that are older than the stream goes back. @returns whether there may be more */
  async prune(): Promise<boolean> {
    const gone = await queryRows(
      this.database.source,
      `DELETE FROM gateway.owner_event WHERE at < now() - interval '${keptDays} days'
         AND sequence IN (SELECT sequence FROM gateway.owner_event ORDER BY sequence LIMIT 1000) RETURNING 1`,
      [],
    );
    return gone.length === 1_000;
  }
}

async function postpone(tx: EntityManager, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(`UPDATE jobs.announcement SET due_at = now() + interval '${retrySeconds} seconds' WHERE id = ANY($1::bigint[])`, [ids]);
  await tx.query(`DELETE FROM jobs.announcement WHERE id = ANY($1::bigint[]) AND at < now() - interval '${giveUpAfterHours} hours'`, [ids]);
}
