/** Accounts and publications as clients read them. */
import type { Publication, PublisherAccount } from '#contracts';
import type { AccountRow } from './account.store.ts';
import type { PublicationRow } from './publication.store.ts';
import { localTimeOf } from './zoned-time.ts';

/** Tokens without a refresh token, or with one that has ended, are expired when the access token is. */
function statusOf({ status, accessUntil, refreshUntil }: AccountRow): PublisherAccount['status'] {
  if (status === 'revoked') return 'revoked';
  const until = refreshUntil ?? accessUntil;
  return until !== null && until.getTime() < Date.now() ? 'expired' : 'connected';
}

export const presentAccount = (row: AccountRow): PublisherAccount => ({
  ...{ id: row.id, kind: 'publisher-account', publisher: row.publisher, title: row.title },
  author: { kind: row.authorKind, id: row.authorId },
  status: statusOf(row),
  scopes: row.scopes,
  accessUntil: (row.refreshUntil ?? row.accessUntil)?.toISOString() ?? null,
  ...{ createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() },
});

/** @param metadata of the post */
export const presentPublication = (row: PublicationRow, metadata: Readonly<Record<string, string>>): Publication => ({
  ...{ id: row.id, kind: 'publication', postId: row.postId, accountId: row.accountId, publisher: row.publisher, status: row.status },
  ...{ dueAt: row.dueAt.toISOString(), timeZone: row.timeZone, localTime: localTimeOf(row.dueAt, row.timeZone) },
  ...{ text: row.text, providerId: row.providerId, url: row.url, problem: row.problem, attempts: row.attempts },
  nextAttemptAt: row.nextAt?.toISOString() ?? null,
  publishedAt: row.publishedAt?.toISOString() ?? null,
  metadata,
  ...{ createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() },
});
