import { Inject, Injectable } from '@nestjs/common';
import { InjectThrottlerStorage } from '@nestjs/throttler';
import { Failure } from '#contracts';
import { emailDigest } from '../http/limits/email-digest.ts';
import type { LimitStorage } from '../http/limits/limit-storage.ts';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { SessionStore } from './session.store.ts';

const windowMs = 60_000;
/** Looked up for unknown accounts, so that both cases run the same queries. */
const noAccount = '00000000-0000-0000-0000-000000000000';

/**
 * Limits password guesses against one account across addresses. Addresses from which the account was used before are exempt (each has the
 * limit per address and account), so that an attacker who exhausts the budget does not lock out the owner.
 */
@Injectable()
export class LoginBudget {
  constructor(
    @InjectThrottlerStorage() private readonly allowances: LimitStorage,
    private readonly sessions: SessionStore,
    @Inject(IDENTITY_CONFIG) private readonly config: IdentityConfig,
  ) {}

  /**
   * @param userId undefined for an unknown account, which is also counted, so that a rejection reveals nothing
   * @throws Failure too-many-requests
   */
  async spend(email: string, userId: string | undefined, address: string): Promise<void> {
    if (await this.sessions.wereUsedFrom(userId ?? noAccount, address)) return;
    const limit = this.config.GATEWAY_CREDENTIALS_LIMIT_FROM_NEW_ADDRESSES_PER_MINUTE;
    const key = `limit:credentials-new-addresses:${emailDigest(email)}`;
    const { allowed, waitMs } = await this.allowances.take({ key, cost: 1, limit, windowMs });
    if (allowed) return;
    const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
    throw new Failure('too-many-requests', `More than ${limit} login attempts per minute from new addresses.`, {
      retryAfterSeconds,
    });
  }
}
