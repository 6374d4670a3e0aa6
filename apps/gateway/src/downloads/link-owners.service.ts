import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { atMostEntries } from '#compute';
import { Database } from '#platform';
import { queryRows } from '#storage';

/** `leaving`: the deletion is scheduled; `none`: disabled or deleted. */
export type AccountState = 'active' | 'leaving' | 'none';

/** How long the state of an account is cached: links keep working this long after it was disabled. */
const knownForMs = 5_000;
const maxKnown = 10_000;

@Injectable() // knows whose signed links still work
export class LinkOwners {
  private readonly known = new LRUCache<string, AccountState>({
    ...atMostEntries(maxKnown),
    ttl: knownForMs,
    fetchMethod: (ownerId) => this.ask(ownerId),
  });

  constructor(private readonly database: Database) {}

  /** At most five seconds old; requests at the same time ask once. @throws Failure service-unavailable */
  async stateOf(ownerId: string): Promise<AccountState> {
    return (await this.known.fetch(ownerId)) ?? 'none';
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
