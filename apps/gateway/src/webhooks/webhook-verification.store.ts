import { Injectable } from '@nestjs/common';
import { backoffMs } from '#contracts';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { failPending } from './webhook.store.ts';
import { deliveriesChannel } from './webhooks.migration.ts';

export interface Unverified {
  readonly id: string;
  readonly url: string;
  /** Failed verifications so far. */
  readonly verifications: number;
}

/** Exceeds the duration of a verification. */
const leaseSeconds = 30;
const giveUpAfterHours = 24;

/** Verification of webhooks. What is written names the url that was verified: it may have been changed meanwhile. */
@Injectable()
export class WebhookVerificationStore {
  constructor(private readonly database: Database) {}

  /** Those that are due; other instances leave them alone for a while. */
  claim(limit: number): Promise<Unverified[]> {
    return queryRows<Unverified>(
      this.database.source,
      `UPDATE gateway.webhook SET verify_at = now() + interval '${leaseSeconds} seconds' WHERE id IN
         (SELECT id FROM gateway.webhook WHERE unverified_since IS NOT NULL AND verify_at <= now() AND disabled_reason IS NULL
          ORDER BY verify_at LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING id, url, verifications`,
      [limit],
    );
  }

  /** What waits for the webhook is sent from now on. */
  async verified({ id, url }: Unverified): Promise<void> {
    const sql = 'UPDATE gateway.webhook SET unverified_since = NULL, verify_at = NULL WHERE id = $1 AND url = $2 RETURNING 1';
    await queryRows(this.database.source, sql, [id, url]);
    await this.database.source.query(`SELECT pg_notify($1, '')`, [deliveriesChannel]);
  }

  /** Tries again later, for a day; then the webhook is disabled. */
  async unreachable({ id, url, verifications }: Unverified): Promise<void> {
    const delayMs = backoffMs({ attempt: verifications + 1, baseMs: 5_000, capMs: 600_000 });
    await this.conclude(
      id,
      `UPDATE gateway.webhook SET verifications = verifications + 1, verify_at = now() + $3 * interval '1 millisecond',
         disabled_reason = CASE WHEN unverified_since < now() - interval '${giveUpAfterHours} hours' THEN 'unreachable' END
       WHERE id = $1 AND url = $2 AND disabled_reason IS NULL RETURNING disabled_reason IS NOT NULL AS "isDisabled"`,
      [id, url, delayMs],
    );
  }

  /** Its host name belongs to an address that must not be requested. */
  async refused({ id, url }: Unverified): Promise<void> {
    const sql = `UPDATE gateway.webhook SET disabled_reason = 'refused' WHERE id = $1 AND url = $2 AND disabled_reason IS NULL RETURNING true AS "isDisabled"`;
    await this.conclude(id, sql, [id, url]);
  }

  private conclude(id: string, sql: string, values: readonly unknown[]): Promise<void> {
    return this.database.transaction(async (tx) => {
      const [changed] = await queryRows<{ isDisabled: boolean }>(tx, sql, values);
      if (changed?.isDisabled) await failPending(tx, id);
    });
  }
}
