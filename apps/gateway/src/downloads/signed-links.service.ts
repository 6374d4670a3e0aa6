import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { nextSpan, requireCall, requireSubject, runInCall } from '#platform';
import { HTTP_CONFIG, type HttpConfig } from '../http/http.config.ts';
import { type SealedPurpose, Sealer } from '../identity/sealer.ts';
import { readLinkToken, writeLinkToken } from './link-token.ts';

export interface SignedLink {
  readonly url: string;
  readonly expiresAt: string;
}

/** Each purpose signs with a key of its own: a link to a picture opens no file. */
export type LinkPurpose = Extract<SealedPurpose, 'file links' | 'picture links'>;

@Injectable() // makes links that open without an account, for a while, and opens them as their maker
export class SignedLinks {
  constructor(
    private readonly sealer: Sealer,
    @Inject(HTTP_CONFIG) private readonly config: HttpConfig,
  ) {}

  /** @param path where such links lead, e.g. `/v1/files`; the resource must be known to be the caller's */
  async make(purpose: LinkPurpose, path: string, resourceId: string, expiresInSeconds: number): Promise<SignedLink> {
    const expiresAt = Math.floor(Date.now() / 1_000) + expiresInSeconds;
    const token = await writeLinkToken({ ownerId: requireSubject(), resourceId, expiresAt }, this.signer(purpose));
    const base = this.config.GATEWAY_PUBLIC_URL?.replace(/\/$/, '') ?? '';
    return { url: `${base}${path}/${token}`, expiresAt: new Date(expiresAt * 1_000).toISOString() };
  }

  /**
   * Does `use` on behalf of whoever made the link.
   * @throws Failure link-invalid, link-expired; what `use` throws, e.g. track-not-found when its owner has deleted it
   */
  async open<T>(purpose: LinkPurpose, token: string, use: (resourceId: string) => Promise<T>): Promise<T> {
    const claim = await readLinkToken(token, this.signer(purpose));
    if (!claim) throw new Failure('link-invalid', 'This link was not made here, or it has been changed.');
    if (Date.now() >= claim.expiresAt * 1_000) throw new Failure('link-expired', 'This link has expired. Ask its sender for another one.');
    const asOwner = { ...requireCall(), subject: claim.ownerId, traceparent: nextSpan(requireCall().traceparent) };
    return runInCall(asOwner, () => use(claim.resourceId));
  }

  private signer(purpose: LinkPurpose) {
    return (text: string) => this.sealer.fingerprint(purpose, text);
  }
}
