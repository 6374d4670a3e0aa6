import { Injectable } from '@nestjs/common';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { Database, Log, requireCall } from '#platform';

export const securityEventKinds = [
  'registered',
  'login-succeeded',
  'login-failed',
  'token-refreshed',
  'token-reused',
  'logged-out',
] as const;
export type SecurityEventKind = (typeof securityEventKinds)[number];

@Entity({ schema: 'identity', name: 'security_events' })
export class SecurityEventRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id!: string;
  @Column('text')
  kind!: SecurityEventKind;
  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;
  @Column('text')
  address!: string;
  @Column('text', { name: 'request_id' })
  requestId!: string;
}

export interface SecurityEvent {
  readonly kind: SecurityEventKind;
  /** Absent where no account is known: an unknown address tried to log in. */
  readonly userId?: string | undefined;
  readonly address: string;
}

/** The audit log: what happened to whose account, from where, under which request. Holds no e-mail addresses and no secrets. */
@Injectable()
export class SecurityEventStore {
  constructor(
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  async record({ kind, userId, address }: SecurityEvent): Promise<void> {
    const { requestId } = requireCall();
    this.log.info({ securityEvent: kind, userId, address }, 'security event');
    await this.database.repository(SecurityEventRow).insert({ kind, userId: userId ?? null, address, requestId });
  }
}
