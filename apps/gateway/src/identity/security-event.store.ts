import { Injectable } from '@nestjs/common';
import { Column, Entity, LessThan, PrimaryGeneratedColumn } from 'typeorm';
import { Database, Log, requireCall } from '#platform';
import { type Queryable, queryRows } from '#storage';
import type { SecurityEventKind } from './security-event-kinds.ts';

@Entity({ schema: 'identity', name: 'security_events' })
export class SecurityEventRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id!: string;
  @Column('timestamptz', { default: () => 'now()' })
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
  readonly before?: string | undefined;
  readonly limit: number;
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
  list({ userId, kind, before, limit }: SecurityEventFilter): Promise<SecurityEventRow[]> {
    return this.database.repository(SecurityEventRow).find({
      where: { ...(userId ? { userId } : {}), ...(kind ? { kind } : {}), ...(before ? { id: LessThan(before) } : {}) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** Deletes a batch of events older than `days` or beyond the newest `maxRows`. @returns whether there may be more */
  async sweep(days: number, maxRows: number): Promise<boolean> {
    const rows = await queryRows(
      this.database.source,
      `DELETE FROM identity.security_events WHERE id IN (
         SELECT id FROM identity.security_events
         WHERE at < now() - make_interval(days => $1) OR id <= (SELECT max(id) - $2::bigint FROM identity.security_events)
         ORDER BY id LIMIT ${sweptAtOnce} FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [days, maxRows],
    );
    return rows.length === sweptAtOnce;
  }
}
