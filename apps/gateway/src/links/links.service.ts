import { Inject, Injectable } from '@nestjs/common';
import { Failure, locateTrackFile } from '#contracts';
import { Bus, nextSpan, requireCall, requireSubject, runInCall } from '#platform';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import { Sealer } from '../identity/sealer.ts';
import type { FileFacts } from '../tracks/file-answer.ts';
import { readLinkToken, type Sign, writeLinkToken } from './link-token.ts';

export interface FileLink {
  readonly url: string;
  readonly expiresAt: string;
}

@Injectable() // lends a file to whoever holds a signed link, for a while
export class FileLinks {
  constructor(
    private readonly bus: Bus,
    private readonly sealer: Sealer,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** @throws Failure track-not-found, also for a track of somebody else */
  async make(trackId: string, expiresInSeconds: number): Promise<FileLink> {
    const ownerId = requireSubject();
    await this.bus.call(locateTrackFile, { trackId });
    const expiresAt = Math.floor(Date.now() / 1_000) + expiresInSeconds;
    const path = `/v1/files/${await writeLinkToken({ ownerId, trackId, expiresAt }, this.sign)}`;
    const base = this.config.GATEWAY_PUBLIC_URL?.replace(/\/$/, '') ?? '';
    return { url: base + path, expiresAt: new Date(expiresAt * 1_000).toISOString() };
  }

  /** @throws Failure link-invalid, link-expired; track-not-found when its owner has deleted it */
  async open(token: string): Promise<FileFacts> {
    const claim = await readLinkToken(token, this.sign);
    if (!claim) throw new Failure('link-invalid', 'This link was not made here, or it has been changed.');
    if (Date.now() >= claim.expiresAt * 1_000) throw new Failure('link-expired', 'This link has expired. Ask its sender for another one.');
    const { ownerId, trackId } = claim;
    const asOwner = { ...requireCall(), subject: ownerId, traceparent: nextSpan(requireCall().traceparent) };
    return runInCall(asOwner, () => this.bus.call(locateTrackFile, { trackId }));
  }

  private readonly sign: Sign = (text) => this.sealer.fingerprint('file links', text);
}
