import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { decodeCursor, Failure } from '#contracts';
import { Database } from '#platform';
import { microsecondsOf, type Page, type PageRequest, queryRows, toPage } from '#storage';
import { deliveriesChannel } from './webhooks.migration.ts';

/** One attempt to send a delivery. */
export interface DeliveryAttempt {
  readonly at: string;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** A failure code; null when there was an answer. */
  readonly error: string | null;
  readonly durationMs: number;
  /** The first bytes of the response body. */
  readonly snippet: string;
}

export interface DeliveryRow {
  readonly id: string;
  readonly webhookId: string;
  readonly messageId: string;
  readonly event: string;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly tries: DeliveryAttempt[];
  readonly nextAt: Date;
  readonly replayOf: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

export interface NewDelivery {
  readonly webhookId: string;
  readonly messageId: string;
  readonly event: string;
  readonly body: string;
  readonly replayOf?: string;
}

const columns = `id, webhook_id AS "webhookId", message_id AS "messageId", event, state, attempts, tries, next_at AS "nextAt", replay_of AS "replayOf",
  created_at AS "createdAt", ended_at AS "endedAt"`;

/** Deliveries of a webhook and their attempts. The caller has checked who owns the webhook. */
@Injectable()
export class DeliveryLog {
  constructor(private readonly database: Database) {}

  /** Newest first. @throws Failure `request-invalid` for an invalid cursor */
  async list(webhookId: string, state: DeliveryRow['state'] | undefined, { cursor, limit }: PageRequest): Promise<Page<DeliveryRow>> {
    const after = decodeCursor(cursor);
    const rows = await queryRows<DeliveryRow & { at: string }>(
      this.database.source,
      `SELECT ${columns}, ${microsecondsOf('created_at')} AS at FROM gateway.webhook_delivery
       WHERE webhook_id = $1 AND ($2::text IS NULL OR state = $2) AND ($3::timestamptz IS NULL OR (created_at <= $3 AND (created_at, id) < ($3, $4::uuid)))
       ORDER BY created_at DESC, id DESC LIMIT $5`,
      [webhookId, state ?? null, after?.createdAt ?? null, after?.id ?? null, limit + 1],
    );
    return toPage(rows, limit, ({ at, id }) => ({ createdAt: at, id }));
  }

  /** Includes the body. @throws Failure `delivery-not-found` */
  async get(webhookId: string, id: string): Promise<DeliveryRow & { readonly body: string }> {
    const [row] = await queryRows<DeliveryRow & { body: string }>(
      this.database.source,
      `SELECT ${columns}, body FROM gateway.webhook_delivery WHERE id = $1 AND webhook_id = $2`,
      [id, webhookId],
    );
    if (!row) throw new Failure('delivery-not-found', 'Unknown delivery.');
    return row;
  }

  /** Enqueues it and wakes the senders; waits for a change of the webhook that is not committed. @throws Failure `webhook-disabled`; `webhook-not-found` when it was deleted meanwhile */
  add({ webhookId, messageId, event, body, replayOf }: NewDelivery): Promise<DeliveryRow> {
    return this.database.transaction(async (tx) => {
      const [row] = await queryRows<DeliveryRow>(
        tx,
        `INSERT INTO gateway.webhook_delivery (id, webhook_id, message_id, event, body, replay_of)
         SELECT $1, w.id, $3, $4, $5, $6 FROM gateway.webhook w WHERE w.id = $2 AND w.disabled_reason IS NULL FOR SHARE RETURNING ${columns}`,
        [randomUUID(), webhookId, messageId, event, body, replayOf ?? null],
      );
      if (!row) throw await refusal(tx, webhookId);
      await tx.query(`SELECT pg_notify($1, '')`, [deliveriesChannel]);
      return row;
    });
  }
}

async function refusal(tx: EntityManager, webhookId: string): Promise<Failure> {
  const isThere = (await queryRows(tx, 'SELECT 1 FROM gateway.webhook WHERE id = $1', [webhookId])).length > 0;
  return isThere
    ? new Failure('webhook-disabled', 'The webhook is disabled; enable it first.')
    : new Failure('webhook-not-found', 'Unknown webhook.');
}
