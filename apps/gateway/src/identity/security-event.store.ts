import { Injectable } from '@nestjs/common';
import { And, Column, Entity, LessThan, LessThanOrEqual, MoreThanOrEqual, PrimaryColumn } from 'typeorm';
import { Database, Log, requireCall } from '#platform';
import { dropPartitions, makePartitions, type Queryable, queryRows } from '#storage';
import type { SecurityEventKind } from './security-event-kinds.ts';
import { securityEvents } from './security-event-partitions.migration.ts';

@Entity({ schema: 'identity', name: 'security_events' })
export class SecurityEventRow {
  @PrimaryColumn('bigint')
  id!: string;
  @PrimaryColumn('timestamptz')
  at!: Date;
  @Column('text')
  kind!: SecurityEventKind;
  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;
  @Column('text')
  address!: string;
  @Column('text', { name: 'request_id' })
  requestId!: string;
  @Column('text', { array: true })
  changed!: string[];
}

export interface SecurityEvent {
  readonly kind: SecurityEventKind;
  /** Absent for login attempts with an unknown address. */
  readonly userId?: string | undefined;
  readonly address: string;
  /** Names of the quotas or settings that were changed. */
  readonly changed?: readonly string[] | undefined;
}

export interface SecurityEventFilter {
  readonly userId?: string | undefined;
  readonly kind?: SecurityEventKind | undefined;
  /** Both inclusive, ISO 8601. */
  readonly atMin?: string | undefined;
  readonly atMax?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

function during(atMin: string | undefined, atMax: string | undefined) {
  const bounds = [...(atMin ? [MoreThanOrEqual(new Date(atMin))] : []), ...(atMax ? [LessThanOrEqual(new Date(atMax))] : [])];
  return bounds.length > 0 ? { at: And(...bounds) } : {};
}

const sweptAtOnce = 5_000;

/** The audit log: kind, account, client address, request id and the names of what was changed. Contains no e-mail addresses, no values and no secrets. */
@Injectable()
export class SecurityEventStore {
  constructor(
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  /** An account that is deleted at this moment is not named. @param on the transaction of the change that it tells, where there is one */
  async record({ kind, userId, address, changed = [] }: SecurityEvent, on: Queryable = this.database.source): Promise<void> {
    const { requestId } = requireCall();
    await queryRows(
      on,
      `INSERT INTO identity.security_events (kind, user_id, address, request_id, changed)
       VALUES ($1, (SELECT id FROM identity.users WHERE id = $2 FOR KEY SHARE), $3, $4, $5)`,
      [kind, userId ?? null, address, requestId, changed],
    );
    this.log.info({ securityEvent: kind, userId, address, ...(changed.length > 0 ? { changed } : {}) }, 'security event');
  }

  /** Newest first. @param before an id: only older ones */
  list({ userId, kind, atMin, atMax, before, limit }: SecurityEventFilter): Promise<SecurityEventRow[]> {
    return this.database.repository(SecurityEventRow).find({
      where: {
        ...(userId ? { userId } : {}),
        ...(kind ? { kind } : {}),
        ...(before ? { id: LessThan(before) } : {}),
        ...during(atMin, atMax),
      },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** Makes the partitions ahead, and drops those of months that were over `days` ago. */
  async maintain(days: number, now = new Date()): Promise<void> {
    await makePartitions(this.database.source, securityEvents, now);
    await dropPartitions(this.database.source, securityEvents, new Date(now.getTime() - days * 86_400_000));
  }

  /** Deletes a batch of events beyond the newest `maxRows`. @returns whether there may be more */
  async sweep(maxRows: number): Promise<boolean> {
    const rows = await queryRows(
      this.database.source,
      `DELETE FROM identity.security_events WHERE id IN (
         SELECT id FROM identity.security_events
         WHERE id <= (SELECT max(id) - $1::bigint FROM identity.security_events)
         ORDER BY id LIMIT ${sweptAtOnce} FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [maxRows],
    );
    return rows.length === sweptAtOnce;
  }
}
