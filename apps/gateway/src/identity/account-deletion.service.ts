import { Inject, Injectable } from '@nestjs/common';
import { Failure, type ServiceName } from '#contracts';
import type { ErasureState } from '#platform';
import { AccountDeletionStore, type DeletionRow } from './account-deletion.store.ts';
import { EndedSessions } from './ended-sessions.ts';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { Passwords } from './passwords.ts';
import { SecurityEventStore } from './security-event.store.ts';
import { UserStore } from './user.store.ts';

export interface DeletionStatus {
  readonly id: string;
  readonly state: 'scheduled' | 'cancelled' | 'erasing' | 'done';
  readonly requestedAt: string;
  readonly dueAt: string;
  readonly begunAt: string | null;
  readonly doneAt: string | null;
  /** Services that still keep something of the account. */
  readonly waitingFor: readonly ServiceName[];
}

export interface OwnRequest {
  readonly userId: string;
  readonly sessionId: string | undefined;
  readonly password: string | undefined;
  readonly address: string;
}

@Injectable() // schedules and cancels the deletion of accounts, and says how far it is
export class AccountDeletion {
  constructor(
    private readonly store: AccountDeletionStore,
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly ended: EndedSessions,
    private readonly events: SecurityEventStore,
    @Inject(IDENTITY_CONFIG) private readonly config: Pick<IdentityConfig, 'GATEWAY_ACCOUNT_DELETION_DAYS'>,
  ) {}

  /** @throws Failure credentials-invalid for a wrong password; login-needed without one in an older session; last-operator */
  async requestOwn({ userId, sessionId, password, address }: OwnRequest): Promise<DeletionStatus> {
    if (password === undefined) await this.#requireFresh(userId, sessionId);
    else await this.#requirePassword(userId, password, address);
    return this.#request(userId, 'owner', address);
  }

  /** By an operator: the account is disabled as well, and enabling it again cancels the deletion. @throws Failure user-not-found; precondition-failed; last-operator */
  requestOf(userId: string, address: string, ifRevision?: number): Promise<DeletionStatus> {
    return this.#request(userId, 'operator', address, ifRevision);
  }

  /** @throws Failure deletion-not-found */
  async status(id: string): Promise<DeletionStatus> {
    const { row, erasure } = await this.store.get(id);
    return statusOf(row, erasure);
  }

  async #request(userId: string, by: 'owner' | 'operator', address: string, ifRevision?: number): Promise<DeletionStatus> {
    const { row, ended, isNew } = await this.store.request(userId, by, this.config.GATEWAY_ACCOUNT_DELETION_DAYS, ifRevision);
    this.ended.add(ended);
    if (isNew) await this.events.record({ kind: 'deletion-requested', userId, address });
    return statusOf(row, undefined);
  }

  async #requirePassword(userId: string, password: string, address: string): Promise<void> {
    const user = await this.users.require(userId);
    if ((await this.passwords.check(password, user.passwordHash)).matches) return;
    await this.events.record({ kind: 'deletion-request-failed', userId, address });
    throw new Failure('credentials-invalid', 'The password is wrong.');
  }

  async #requireFresh(userId: string, sessionId: string | undefined): Promise<void> {
    if (sessionId && (await this.store.isFresh(userId, sessionId))) return;
    throw new Failure('login-needed', 'Send the password, or log in again first.');
  }
}

function statusOf(row: DeletionRow, erasure: ErasureState | undefined): DeletionStatus {
  const state = row.cancelledAt ? 'cancelled' : !row.begunAt ? 'scheduled' : erasure?.doneAt ? 'done' : 'erasing';
  return {
    id: row.id,
    state,
    requestedAt: row.requestedAt.toISOString(),
    dueAt: row.dueAt.toISOString(),
    begunAt: row.begunAt?.toISOString() ?? null,
    doneAt: erasure?.doneAt?.toISOString() ?? null,
    waitingFor: state === 'erasing' ? (erasure?.waitingFor ?? []) : [],
  };
}
