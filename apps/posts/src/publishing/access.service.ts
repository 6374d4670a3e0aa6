import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type AccountRow, AccountStore, type GrantRow } from './account.store.ts';
import { type Access, type Grant, isRefusal, type Refusal } from './publisher.ts';
import { PublisherRegistry } from './publisher-registry.service.ts';
import { TokenSealer } from './token-sealer.service.ts';

/** Tokens are refreshed when they have less time left than this. */
const refreshBeforeMs = 5 * 60_000;
/** Below the idle limit of a transaction (30 s), which holds the lock of the grant meanwhile. */
const refreshWithinMs = 20_000;

/** What is sealed of a grant. */
export type SealedGrant =
  | { readonly accessToken: string; readonly refreshToken: string | null }
  /** Of a webhook. */
  | { readonly signingSecret: string };

type Account = Pick<AccountRow, 'grantId' | 'publisher' | 'authorId' | 'readBackUrl'>;

@Injectable() // opens the tokens of an account and refreshes them before they expire, once for all copies of the service
export class AccessService {
  constructor(
    private readonly accounts: AccountStore,
    private readonly publishers: PublisherRegistry,
    private readonly sealer: TokenSealer,
  ) {}

  /**
   * @param refused an access token that the provider calls expired although its time is not over
   * @returns a refusal where the account has to be connected again, or the provider does not refresh now
   */
  async open(account: Account, signal: AbortSignal, refused?: string): Promise<Access | Refusal> {
    const grant = await this.accounts.readGrant(account.grantId);
    if (!grant) return revoked('The account was disconnected.');
    if (grant.status === 'revoked') return revoked('The permission of this account was withdrawn.');
    const opened = await this.unseal(grant);
    if (!opened) return revoked('The tokens of this account cannot be opened with the secret of this installation.');
    const secret = secretOf(opened);
    if (!isStale(grant) && secret !== refused) return accessOf(account, secret);
    const renewed = await this.accounts.withGrant(account.grantId, (locked, tx) => this.refresh(account, locked, tx, refused, signal));
    return renewed ?? revoked('The account was disconnected.');
  }

  /**
   * Ends the permission, unless it has got another token since the provider refused this one.
   *
   * @param refused undefined: no token of it could be opened
   * @returns false where it goes on
   */
  async revoke(grantId: string, refused: string | undefined): Promise<boolean> {
    const isRevoked = await this.accounts.withGrant(grantId, async (grant, tx) => {
      const opened = refused === undefined ? undefined : await this.unseal(grant);
      if (grant.status === 'connected' && opened && secretOf(opened) !== refused) return false;
      await this.accounts.revoke(grant.id, tx);
      return true;
    });
    return isRevoked ?? true;
  }

  /** Whoever waited for the lock finds tokens that another one has refreshed meanwhile. */
  private async refresh(
    account: Account,
    grant: GrantRow,
    tx: EntityManager,
    refused: string | undefined,
    signal: AbortSignal,
  ): Promise<Access | Refusal> {
    const opened = await this.unseal(grant);
    if (!opened || grant.status === 'revoked') return revoked('The permission of this account was withdrawn.');
    if ('signingSecret' in opened) return accessOf(account, opened.signingSecret);
    if (!isStale(grant) && opened.accessToken !== refused) return accessOf(account, opened.accessToken);
    const { authorizer } = this.publishers.get(account.publisher);
    const within = AbortSignal.any([signal, AbortSignal.timeout(refreshWithinMs)]);
    const renewed = await authorizer!.refresh(grantOf(grant, opened), within);
    if (isRefusal(renewed)) {
      if (renewed.kind === 'revoked') await this.accounts.revoke(grant.id, tx);
      return renewed;
    }
    const { accessToken, refreshToken, accessUntilMs, refreshUntilMs, scopes } = renewed;
    await this.accounts.renew(tx, {
      id: grant.id,
      sealed: await this.sealer.seal({ accessToken, refreshToken } satisfies SealedGrant, grant.id),
      accessUntil: new Date(accessUntilMs),
      refreshUntil: refreshUntilMs === null ? null : new Date(refreshUntilMs),
      scopes,
    });
    return accessOf(account, accessToken);
  }

  private unseal({ id, sealed }: GrantRow): Promise<SealedGrant | undefined> {
    return this.sealer.unseal(sealed, id) as Promise<SealedGrant | undefined>;
  }
}

const revoked = (detail: string): Refusal => ({ kind: 'revoked', detail });
const secretOf = (opened: SealedGrant) => ('signingSecret' in opened ? opened.signingSecret : opened.accessToken);
const isStale = ({ accessUntil }: GrantRow) => accessUntil !== null && accessUntil.getTime() - Date.now() < refreshBeforeMs;
const accessOf = ({ authorId, readBackUrl }: Account, secret: string): Access => ({ author: authorId, secret, readBackUrl });

const grantOf = (
  { accessUntil, refreshUntil, scopes }: GrantRow,
  { accessToken, refreshToken }: Extract<SealedGrant, { accessToken: string }>,
): Grant => ({
  ...{ accessToken, refreshToken, scopes },
  accessUntilMs: accessUntil?.getTime() ?? 0,
  refreshUntilMs: refreshUntil?.getTime() ?? null,
});
