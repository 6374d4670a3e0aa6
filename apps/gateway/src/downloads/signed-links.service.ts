import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { nextSpan, requireCall, requireSubject, runInCall } from '#platform';
import { HTTP_CONFIG, type HttpConfig, mediaUrlOf } from '../http/http.config.ts';
import { type SealedPurpose, Sealer } from '../identity/sealer.ts';
import { type AccountState, LinkOwners } from './link-owners.service.ts';
import { type LinkClaim, readLinkToken, writeLinkToken } from './link-token.ts';

export interface SignedLink {
  readonly url: string;
  readonly expiresAt: string;
}

/** Each purpose has its own key, so that a picture link is not valid for a file. */
export type LinkPurpose = Extract<
  SealedPurpose,
  | 'file links'
  | 'picture links'
  | 'spectrogram links'
  | 'rendition links'
  | 'playlist links'
  | 'stream links'
  | 'track playlist links'
  | 'track stream links'
  | 'account export links'
>;

@Injectable() // creates signed links and runs requests on behalf of their owner
export class SignedLinks {
  constructor(
    private readonly sealer: Sealer,
    private readonly owners: LinkOwners,
    @Inject(HTTP_CONFIG) private readonly config: HttpConfig,
  ) {}

  /**
   * @param what the link leads to: what follows the token in the path of its route, `file`; the resource must be known to be the caller's
   * @returns an absolute URL, `…/v1/links/{token}/file`: one prefix for whatever proxies and CDNs have to know of signed links
   */
  async make(purpose: LinkPurpose, what: string, resourceId: string, expiresInSeconds: number): Promise<SignedLink> {
    const expiresAt = Math.floor(Date.now() / 1_000) + expiresInSeconds;
    const token = await writeLinkToken({ ownerId: requireSubject(), resourceId, expiresAt }, this.signer(purpose));
    return { url: `${this.base}/v1/links/${token}/${what}`, expiresAt: new Date(expiresAt * 1_000).toISOString() };
  }

  /**
   * The address of a folder of derived files, without a slash at its end: the same all day long, so that a CDN can keep what lies in it, and good for one to
   * two days. Throws nothing; the resource must be known to be the caller's.
   */
  async folder(purpose: LinkPurpose, what: string, resourceId: string): Promise<string> {
    return this.onThisServer((await this.make(purpose, what, resourceId, untilDayAfterTomorrow(Date.now() / 1_000))).url);
  }

  /** Of redirects and of addresses in playlists: relative where no public URL is set, so that they work behind every name of the server. */
  onThisServer = (url: string): string => (mediaUrlOf(this.config) ? url : url.slice(this.base.length));

  private get base(): string {
    return mediaUrlOf(this.config) || `http://localhost:${this.config.HTTP_PORT}`;
  }

  /**
   * Runs `use` as the owner of the link, whose account is there and not disabled.
   * @throws Failure link-invalid, link-expired; errors of `use`, e.g. track-not-found when it was deleted
   */
  async open<T>(purpose: LinkPurpose, token: string, use: (resourceId: string) => Promise<T>): Promise<T> {
    const claim = (await readLinkToken(token, this.signer(purpose))) ?? (await this.readOfPreviousSecret(purpose, token));
    if (!claim) throw new Failure('link-invalid', 'The signature of this link is invalid.');
    if (Date.now() >= claim.expiresAt * 1_000) throw new Failure('link-expired', 'This link has expired.');
    if (!mayOpen(purpose, await this.owners.stateOf(claim.ownerId)))
      throw new Failure('link-invalid', 'The account of this link has ended or is disabled.');
    const asOwner = { ...requireCall(), subject: claim.ownerId, traceparent: nextSpan(requireCall().traceparent) };
    return runInCall(asOwner, () => use(claim.resourceId));
  }

  private async readOfPreviousSecret(purpose: LinkPurpose, token: string): Promise<LinkClaim | undefined> {
    if (!this.sealer.isReplacing) return undefined;
    return readLinkToken(token, async (text) => this.sealer.previousFingerprint(purpose, text)!);
  }

  private signer(purpose: LinkPurpose) {
    return (text: string) => this.sealer.fingerprint(purpose, text);
  }
}

/** Who leaves may still take along what was exported. */
const mayOpen = (purpose: LinkPurpose, state: AccountState) =>
  state === 'active' || (state === 'leaving' && purpose === 'account export links');

const daySeconds = 86_400;

/** Seconds until the second midnight in UTC from now: the same moment, and so the same address, all day long. */
export const untilDayAfterTomorrow = (nowSeconds: number): number => {
  const now = Math.floor(nowSeconds);
  return (Math.floor(now / daySeconds) + 2) * daySeconds - now;
};
