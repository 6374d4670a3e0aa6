/** How a publication goes on after an attempt or a check. Pure. */
import { backoffMs, type PublicationStatus } from '#contracts';
import type { Earlier, ReadBack, Refusal, Sent } from './publisher.ts';

export interface Attempted {
  /** Attempts to send so far, the last one included. */
  readonly attempts: number;
  /** Looks at the provider so far. */
  readonly checks: number;
  readonly providerId: string | null;
  /** An earlier attempt may have arrived. */
  readonly isUncertain: boolean;
}

export interface Next {
  readonly status: PublicationStatus;
  readonly problem: { readonly code: string; readonly detail: string } | null;
  /** Absent: it has ended. */
  readonly waitMs?: number;
  readonly providerId?: string | null;
  readonly url?: string | null;
  /** Counts as a look at the provider. */
  readonly isChecked?: boolean;
  /** From now on an attempt may have arrived, or, false, has not. */
  readonly isUncertain?: boolean;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits between looks for a post that was not seen: two days in total. */
const checkWaitsMs = [5 * second, 30 * second, 2 * minute, 10 * minute, hour, 6 * hour, 16 * hour, 24 * hour];
const maxAttempts = 10;
const maxWaitMs = 24 * hour;

const problem = (code: string, detail: string) => ({ code, detail });

/** After sending. `taken` is followed by a look; see {@link afterLook}. */
export function afterSending(at: Attempted, sent: Exclude<Sent, { kind: 'taken' }>): Next {
  if (sent.kind !== 'duplicate') return afterRefusal(at, sent);
  if (at.isUncertain) {
    const detail = 'The provider says that it has this text already: an earlier attempt has arrived.';
    return { status: 'accepted', problem: problem('publisher-duplicate', detail), providerId: sent.providerId ?? at.providerId };
  }
  return { status: 'duplicate', problem: problem('publisher-duplicate', sent.detail) };
}

/** After the post was looked up by its id. */
export function afterLook(at: Attempted, found: ReadBack, isSame: (text: string) => boolean): Next {
  if (found.kind === 'found' && isSame(found.text)) return { status: 'published', problem: null, url: found.url };
  if (found.kind === 'unreadable') return { status: 'accepted', problem: problem('publisher-unreadable', found.detail) };
  if (found.kind === 'found')
    return unconfirmed(at, 'What the provider shows differs from what was sent.', { url: found.url, isChecked: true });
  if (found.kind === 'missing') return unconfirmed(at, 'The provider has taken the post and does not show it.', { isChecked: true });
  if (found.kind === 'revoked' || found.kind === 'token-expired' || found.kind === 'version-expired' || found.kind === 'refused')
    return { status: 'accepted', problem: problem('publisher-unreadable', found.detail) };
  return unconfirmed(at, found.detail, { isChecked: true, atLeastMs: waitOf(found) });
}

/** After the provider has taken it without naming an id, and after every search that did not find it. */
export const afterTaking = (at: Attempted): Next =>
  unconfirmed(at, 'The provider has taken the post without naming it, and does not show it.', { isChecked: true, isUncertain: false });

/**
 * After a search for an earlier attempt that may have arrived.
 *
 * @returns undefined: nothing stands against sending again
 */
export function afterSearch(at: Attempted, earlier: Exclude<Earlier, { kind: 'found' }>): Next | undefined {
  return earlier.kind === 'none' || earlier.kind === 'unknown' ? undefined : afterRefusal(at, earlier);
}

function afterRefusal(at: Attempted, refusal: Refusal): Next {
  switch (refusal.kind) {
    case 'revoked':
    case 'token-expired':
      return { status: 'revoked', problem: problem('publisher-token-revoked', refusal.detail) };
    case 'version-expired':
      return { status: 'version-expired', problem: problem('publisher-version-expired', refusal.detail) };
    case 'refused':
      return { status: 'failed', problem: problem('publisher-rejected-post', refusal.detail) };
    case 'rate-limited':
      return again(at, 'rate-limited', problem('too-many-requests', refusal.detail), waitOf(refusal));
    default: {
      const told = problem('publisher-unreachable', refusal.detail);
      if (!refusal.mayHaveActed) return again(at, 'retrying', told);
      if (at.attempts >= maxAttempts) return { status: 'failed', problem: told };
      return { ...again(at, 'unconfirmed', problem('publication-unconfirmed', refusal.detail)), isUncertain: true };
    }
  }
}

const waitOf = (refusal: Refusal): number => (refusal.kind === 'rate-limited' ? (refusal.retryAfterSeconds ?? 0) * second : 0);

function again({ attempts }: Attempted, status: PublicationStatus, why: NonNullable<Next['problem']>, atLeastMs = 0): Next {
  if (attempts >= maxAttempts) return { status: 'failed', problem: why };
  const backoff = backoffMs({ attempt: attempts, baseMs: 30 * second, capMs: 6 * hour });
  return { status, problem: why, waitMs: Math.min(maxWaitMs, Math.max(atLeastMs, backoff)) };
}

type Rest = Partial<Pick<Next, 'providerId' | 'url' | 'isChecked' | 'isUncertain'>> & { readonly atLeastMs?: number };

/** Looked at again later; after the last look it stays as it is. */
function unconfirmed({ checks }: Attempted, detail: string, { atLeastMs = 0, ...rest }: Rest): Next {
  const waitMs = checkWaitsMs[checks];
  const known = { status: 'unconfirmed' as const, problem: problem('publication-unconfirmed', detail), ...rest };
  return waitMs === undefined ? known : { ...known, waitMs: Math.min(maxWaitMs, Math.max(waitMs, atLeastMs)) };
}
