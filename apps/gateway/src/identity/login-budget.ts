import { Inject, Injectable } from '@nestjs/common';
import { InjectThrottlerStorage } from '@nestjs/throttler';
import { Failure } from '#contracts';
import { emailDigest } from '../http/limits/email-digest.ts';
import type { LimitStorage } from '../http/limits/limit-storage.ts';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { SessionStore } from './session.store.ts';

const windowMs = 60_000;
/** Looked up where there is no account, so that both cases ask the database the same. */
const noAccount = '00000000-0000-0000-0000-000000000000';

/**
 * Bounds guesses at one password from many addresses together. Addresses from which the account has been used before are exempt (each has the
 * limit per address and account), so that strangers who use this budget up lock nobody out at home.
 */
@Injectable()
export class LoginBudget {
  constructor(
    @InjectThrottlerStorage() private readonly allowances: LimitStorage,
    private readonly sessions: SessionStore,
    @Inject(IDENTITY_CONFIG) private readonly config: IdentityConfig,
  ) {}

  /**
   * @param userId undefined when there is no account: it is counted all the same, so that a refusal says nothing
   * @throws Failure too-many-requests
   */
  async spend(email: string, userId: string | undefined, address: string): Promise<void> {
    if (await this.sessions.wereUsedFrom(userId ?? noAccount, address)) return;
    const limit = this.config.GATEWAY_CREDENTIALS_LIMIT_FROM_NEW_ADDRESSES_PER_MINUTE;
    const key = `limit:credentials-new-addresses:${emailDigest(email)}`;
    const { allowed, waitMs } = await this.allowances.take({ key, cost: 1, limit, windowMs });
    if (allowed) return;
    const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
    throw new Failure('too-many-requests', `More than ${limit} logins to this account in a minute came from new addresses.`, {
      retryAfterSeconds,
    });
  }
}
