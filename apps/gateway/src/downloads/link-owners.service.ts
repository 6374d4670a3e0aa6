import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '#platform';
import { queryRows } from '#storage';

/** `leaving`: the deletion is scheduled; `none`: disabled or deleted. */
export type AccountState = 'active' | 'leaving' | 'none';

/** A link works so long after its owner's account was disabled. */
const knownForMs = 5_000;
const maxKnown = 10_000;

@Injectable() // knows whose signed links still work
export class LinkOwners {
  private readonly known = new LRUCache<string, Promise<AccountState>>({ max: maxKnown, ttl: knownForMs });

  constructor(private readonly database: Database) {}

  /** At most five seconds old; requests at the same time ask once. @throws Failure service-unavailable */
  stateOf(ownerId: string): Promise<AccountState> {
    const known = this.known.get(ownerId);
    if (known) return known;
    const asked = this.ask(ownerId);
    this.known.set(ownerId, asked);
    asked.catch(() => this.known.delete(ownerId));
    return asked;
  }

  private async ask(ownerId: string): Promise<AccountState> {
    const [account] = await queryRows<{ isLeaving: boolean }>(
      this.database.source,
      'SELECT deletion_due_at IS NOT NULL AS "isLeaving" FROM identity.users WHERE id = $1 AND disabled_at IS NULL',
      [ownerId],
    );
    return !account ? 'none' : account.isLeaving ? 'leaving' : 'active';
  }
}
