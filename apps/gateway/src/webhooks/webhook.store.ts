import { Injectable } from '@nestjs/common';
import { decodeCursor, Failure, type KeysetPosition, type WebhookEvent } from '#contracts';
import { Database } from '#platform';
import { changedMeanwhile, microsecondsOf, type Page, type PageRequest, type Queryable, queryRows, toPage } from '#storage';

export type DisabledReason = 'owner' | 'gone' | 'failing' | 'refused' | 'unreachable';

export interface WebhookRow {
  readonly id: string;
  readonly ownerId: string;
  /** Counts the changes of its owner. */
  readonly revision: number;
  readonly url: string;
  readonly description: string;
  readonly events: WebhookEvent[];
  /** Pairs that a resource must have. */
  readonly metadata: Record<string, string>;
  readonly disabledReason: DisabledReason | null;
  /** Its host name has not been resolved since then; nothing is sent. */
  readonly unverifiedSince: Date | null;
  readonly failingSince: Date | null;
  readonly previousUntil: Date | null;
  readonly createdAt: Date;
}

export type NewWebhook = Pick<WebhookRow, 'id' | 'ownerId' | 'url' | 'description' | 'events' | 'metadata'> & {
  readonly sealedSecret: Buffer;
  readonly isVerified: boolean;
};
export type WebhookChange = Partial<Pick<WebhookRow, 'url' | 'description' | 'events' | 'metadata'>> & {
  readonly enabled?: boolean | undefined;
  /** With a url: whether it was verified. */
  readonly isVerified?: boolean;
  /** The revision that the change is based on; absent: any. */
  readonly ifRevision?: number | undefined;
};

const columns = `id, owner_id AS "ownerId", revision, url, description, events, metadata, disabled_reason AS "disabledReason",
  unverified_since AS "unverifiedSince", failing_since AS "failingSince",
  CASE WHEN previous_until > now() THEN previous_until END AS "previousUntil", created_at AS "createdAt"`;

/** Webhook persistence. Every statement filters by owner. */
@Injectable()
export class WebhookStore {
  constructor(private readonly database: Database) {}

  /** @throws Failure `too-many-webhooks` */
  add({ id, ownerId, url, description, events, metadata, sealedSecret, isVerified }: NewWebhook, most: number): Promise<WebhookRow> {
    return this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('webhooks'), hashtext($1))`, [ownerId]); // serialises concurrent inserts for the count
      const [{ count } = { count: 0 }] = await queryRows<{ count: number }>(
        tx,
        'SELECT count(*)::int AS count FROM gateway.webhook WHERE owner_id = $1',
        [ownerId],
      );
      if (count >= most) throw new Failure('too-many-webhooks', `The limit is ${most} webhooks per account.`);
      const rows = await queryRows<WebhookRow>(
        tx,
        `INSERT INTO gateway.webhook (id, owner_id, url, receiver, description, events, sealed_secret, metadata, unverified_since, verify_at)
         VALUES ($1, $2, $3, $7, $4, $5, $6, $8, ${unlessVerified('$9')}, ${unlessVerified('$9')}) RETURNING ${columns}`,
        [id, ownerId, url, description, events, sealedSecret, receiverOf(url), JSON.stringify(metadata), isVerified],
      );
      return found(rows);
    });
  }

  /** @throws Failure `webhook-not-found`, also for another owner's webhook */
  async get(id: string, ownerId: string): Promise<WebhookRow> {
    return found(await this.rows(`SELECT ${columns} FROM gateway.webhook WHERE id = $1 AND owner_id = $2`, [id, ownerId]));
  }

  /** Newest first. @throws Failure `request-invalid` for an invalid cursor */
  async list(ownerId: string, { cursor, limit }: PageRequest): Promise<Page<WebhookRow>> {
    const after = decodeCursor(cursor);
    const rows = await this.rows<WebhookRow & { at: string }>(
      `SELECT ${columns}, ${microsecondsOf('created_at')} AS at FROM gateway.webhook
       WHERE owner_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid)) ORDER BY created_at DESC, id DESC LIMIT $4`,
      [ownerId, after?.createdAt ?? null, after?.id ?? null, limit + 1],
    );
    return toPage(rows, limit, ({ at, id }): KeysetPosition => ({ createdAt: at, id }));
  }

  /**
   * One statement compares the revision and changes the row. Disabling a webhook fails its pending deliveries.
   * @throws Failure `webhook-not-found`, `precondition-failed`
   */
  change(
    id: string,
    ownerId: string,
    { url, description, events, metadata, enabled, isVerified, ifRevision }: WebhookChange,
  ): Promise<WebhookRow> {
    return this.database.transaction(async (tx) => {
      const rows = await queryRows<WebhookRow>(
        tx,
        `UPDATE gateway.webhook SET revision = revision + 1, url = coalesce($3, url), receiver = coalesce($7, receiver), description = coalesce($4, description), events = coalesce($5, events),
           metadata = coalesce($8, metadata),
           unverified_since = CASE WHEN $3 IS NOT NULL THEN ${unlessVerified('$9')} WHEN $6 AND unverified_since IS NOT NULL THEN now() ELSE unverified_since END,
           verify_at = CASE WHEN $3 IS NOT NULL OR $6 THEN now() ELSE verify_at END,
           verifications = CASE WHEN $3 IS NOT NULL OR $6 THEN 0 ELSE verifications END,
           disabled_reason = CASE WHEN $6::boolean THEN NULL WHEN NOT $6 THEN 'owner' ELSE disabled_reason END,
           failing_since = CASE WHEN $6 THEN NULL ELSE failing_since END,
           paused_until = CASE WHEN $6 OR $3 IS NOT NULL THEN NULL ELSE paused_until END,
           misses = CASE WHEN $6 OR $3 IS NOT NULL THEN 0 ELSE misses END
         WHERE id = $1 AND owner_id = $2 AND ($10::int IS NULL OR revision = $10) RETURNING ${columns}`,
        [
          id,
          ownerId,
          url ?? null,
          description ?? null,
          events ?? null,
          enabled ?? null,
          url === undefined ? null : receiverOf(url),
          metadata ? JSON.stringify(metadata) : null,
          isVerified ?? null,
          ifRevision ?? null,
        ],
      );
      if (rows.length === 0) await refuseIfThere(tx, id, ownerId);
      if (rows.length > 0 && enabled === false) await failPending(tx, id);
      return found(rows);
    });
  }

  /** The current secret stays valid for `graceHours`; an older one expires immediately. @throws Failure `webhook-not-found` */
  async rotate(id: string, ownerId: string, sealedSecret: Buffer, graceHours: number): Promise<WebhookRow> {
    return found(
      await this.rows(
        `UPDATE gateway.webhook SET sealed_previous = sealed_secret, previous_until = now() + $4 * interval '1 hour', sealed_secret = $3,
           revision = revision + 1
         WHERE id = $1 AND owner_id = $2 RETURNING ${columns}`,
        [id, ownerId, sealedSecret, graceHours],
      ),
    );
  }

  /**
   * Deletes it with all its deliveries.
   * @param ifRevision the revision that it must have; undefined: any
   * @throws Failure `webhook-not-found`, `precondition-failed`
   */
  async remove(id: string, ownerId: string, ifRevision?: number): Promise<void> {
    const rows = await this.rows(
      `DELETE FROM gateway.webhook WHERE id = $1 AND owner_id = $2 AND ($3::int IS NULL OR revision = $3) RETURNING ${columns}`,
      [id, ownerId, ifRevision ?? null],
    );
    if (rows.length === 0) await refuseIfThere(this.database.source, id, ownerId);
    found(rows);
  }

  private rows<Row = WebhookRow>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return queryRows<Row>(this.database.source, sql, parameters);
  }
}

/** SQL: now, unless the place holds true. */
const unlessVerified = (place: string): string => `CASE WHEN ${place}::boolean THEN NULL ELSE now() END`;

/** Receiver (host and port) of a URL, for the concurrency limit per receiver. */
const receiverOf = (url: string): string => new URL(url).host;

/** @throws Failure `precondition-failed` when the owner has this webhook, in another revision than the one asked for */
async function refuseIfThere(on: Queryable, id: string, ownerId: string): Promise<void> {
  const rows = await queryRows(on, 'SELECT 1 FROM gateway.webhook WHERE id = $1 AND owner_id = $2', [id, ownerId]);
  if (rows.length > 0) throw changedMeanwhile();
}

function found([row]: readonly WebhookRow[]): WebhookRow {
  if (!row) throw new Failure('webhook-not-found', 'Unknown webhook.');
  return row;
}

/** Fails pending deliveries; they can be replayed later. */
export async function failPending(on: Queryable, webhookId: string): Promise<void> {
  await queryRows(
    on,
    `UPDATE gateway.webhook_delivery SET state = 'failed', ended_at = now(), lease_until = NULL WHERE webhook_id = $1 AND state = 'pending' RETURNING 1`,
    [webhookId],
  );
}
