import { Injectable } from '@nestjs/common';
import { locateTrackFile } from '#contracts';
import { Bus, requireSubject } from '#platform';
import type { FileFacts } from '../downloads/file-answer.ts';
import { type SignedLink, SignedLinks } from '../downloads/signed-links.service.ts';

@Injectable() // creates signed links to files and resolves them
export class FileLinks {
  constructor(
    private readonly bus: Bus,
    private readonly links: SignedLinks,
  ) {}

  /** @throws Failure track-not-found, also for another owner's track */
  async make(trackId: string, expiresInSeconds: number): Promise<SignedLink> {
    await this.bus.call(locateTrackFile, { trackId });
    return this.links.make('file links', 'file', trackId, expiresInSeconds);
  }

  /** @throws Failure link-invalid, link-expired; track-not-found when it was deleted */
  open(token: string): Promise<FileFacts & { readonly ownerId: string }> {
    return this.links.open('file links', token, async (trackId) => {
      const file = await this.bus.call(locateTrackFile, { trackId });
      return { ...file, ownerId: requireSubject() };
    });
  }
}
