import { Injectable } from '@nestjs/common';
import { locateTrackFile } from '#contracts';
import { Bus } from '#platform';
import type { FileFacts } from '../downloads/file-answer.ts';
import { type SignedLink, SignedLinks } from '../downloads/signed-links.service.ts';

@Injectable() // lends a file to whoever holds a signed link, for a while
export class FileLinks {
  constructor(
    private readonly bus: Bus,
    private readonly links: SignedLinks,
  ) {}

  /** @throws Failure track-not-found, also for a track of somebody else */
  async make(trackId: string, expiresInSeconds: number): Promise<SignedLink> {
    await this.bus.call(locateTrackFile, { trackId });
    return this.links.make('file links', '/v1/files', trackId, expiresInSeconds);
  }

  /** @throws Failure link-invalid, link-expired; track-not-found when its owner has deleted it */
  open(token: string): Promise<FileFacts> {
    return this.links.open('file links', token, (trackId) => this.bus.call(locateTrackFile, { trackId }));
  }
}
