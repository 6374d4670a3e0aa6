import { Inject, Injectable } from '@nestjs/common';
import type { Role } from '#contracts';
import type { Page, PageRequest } from '#storage';
import { EndedSessions, type SessionEnds } from './ended-sessions.ts';
import { SecurityEventStore } from './security-event.store.ts';
import type { SecurityEventKind } from './security-event-kinds.ts';
import type { UserRow } from './user.store.ts';
import { type ChangedUser, UserAdministrationStore, type UserChange } from './user-administration.store.ts';

@Injectable() // lists accounts and changes their roles, quotas and whether they are disabled
export class UserAdministration {
  constructor(
    private readonly store: UserAdministrationStore,
    @Inject(EndedSessions) private readonly ends: SessionEnds,
    private readonly events: SecurityEventStore,
  ) {}

  list(page: PageRequest): Promise<Page<UserRow>> {
    return this.store.list(page);
  }

  get(id: string): Promise<UserRow> {
    return this.store.get(id);
  }

  /** @param address of the operator, or `command-line`. @throws Failure user-not-found; precondition-failed; last-operator */
  async change(id: string, change: UserChange, address: string): Promise<UserRow> {
    const quotas = Object.keys(change.quotas ?? {});
    const changed = await this.store.change(id, change, async (tx, made) => {
      for (const kind of kindsOf(made)) await this.events.record({ kind, userId: id, address }, tx);
      if (quotas.length > 0) await this.events.record({ kind: 'quotas-changed', userId: id, address, changed: quotas }, tx);
    });
    this.ends.add(changed.ended);
    return changed.after;
  }
}

const isOperator = ({ roles }: { readonly roles: readonly Role[] }) => roles.includes('operator');

function kindsOf({ before, after, ended }: ChangedUser): SecurityEventKind[] {
  const kinds: SecurityEventKind[] = [];
  if (isOperator(before) !== isOperator(after)) kinds.push(isOperator(after) ? 'operator-granted' : 'operator-revoked');
  if ((before.disabledAt === null) !== (after.disabledAt === null)) kinds.push(after.disabledAt ? 'account-disabled' : 'account-enabled');
  if (ended.length > 0) kinds.push('sessions-ended');
  return kinds;
}
