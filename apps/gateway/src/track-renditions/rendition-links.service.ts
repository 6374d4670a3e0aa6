import { Injectable } from '@nestjs/common';
import { locateTrackRenditionFile } from '#contracts';
import { Bus, requireSubject } from '#platform';
import type { FileFacts } from '../downloads/file-answer.ts';
import { type SignedLink, SignedLinks } from '../downloads/signed-links.service.ts';

@Injectable() // creates signed links to renditions and resolves them
export class RenditionLinks {
  constructor(
    private readonly bus: Bus,
    private readonly links: SignedLinks,
  ) {}

  /** @throws Failure track-not-found, rendition-not-found, also for those of another owner; rendition-not-ready */
  async make(ids: { readonly trackId: string; readonly renditionId: string }, expiresInSeconds: number): Promise<SignedLink> {
    await this.bus.call(locateTrackRenditionFile, ids);
    return this.links.make('rendition links', 'rendition', ids.renditionId, expiresInSeconds);
  }

  /** @throws Failure link-invalid, link-expired; rendition-not-found when it was deleted */
  open(token: string): Promise<FileFacts & { readonly ownerId: string }> {
    return this.links.open('rendition links', token, async (renditionId) => {
      const file = await this.bus.call(locateTrackRenditionFile, { renditionId });
      return { ...file, ownerId: requireSubject() };
    });
  }
}
