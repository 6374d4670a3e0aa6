import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type createSavedVideo, Failure, type RequestOf, type SavedVideo, type updateSavedVideo, youTubeIdOf } from '#contracts';
import { requireSubject } from '#platform';
import { type Page, presentOwned } from '#storage';
import { AUDIO_CACHE, type AudioCache } from '../audio-cache.ts';
import { type ListSavedVideos, type SavedVideoRow, SavedVideoStore } from './saved-video.store.ts';

@Injectable() // keeps links to videos at YouTube, each once for an owner
export class SavedVideoService {
  constructor(
    private readonly videos: SavedVideoStore,
    @Inject(AUDIO_CACHE) private readonly cache: AudioCache,
  ) {}

  /** A video that is saved already stays as it is. @throws Failure `external-id-taken`, `request-invalid` */
  async create({ url, title, ...owned }: RequestOf<typeof createSavedVideo>): Promise<{ isNew: boolean; savedVideo: SavedVideo }> {
    const ownerId = requireSubject();
    const youTubeId = youTubeIdOf(url);
    if (!youTubeId) throw new Failure('request-invalid', 'The address is none of a video at YouTube.');
    for (;;) {
      const known = await this.videos.findByYouTubeId(youTubeId, ownerId);
      if (known) return { isNew: false, savedVideo: presentSavedVideo(known) };
      const row = { id: randomUUID(), ownerId, ...owned, title: title || `YouTube video ${youTubeId}`, youTubeId };
      if (!(await this.videos.add(row))) continue; // saved by another call meanwhile; again, in case it is deleted by now
      return { isNew: true, savedVideo: await this.get(row.id) };
    }
  }

  /** @throws Failure `saved-video-not-found`, also for a video of somebody else */
  async get(id: string): Promise<SavedVideo> {
    const key = { id, ownerId: requireSubject() };
    const read = async () => {
      const row = await this.videos.find(key);
      return row ? presentSavedVideo(row) : undefined; // what is not there is not kept
    };
    const video = await this.cache.wrap('saved-video', keyOf(key), read);
    if (!video) throw notFound();
    return video;
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  async list(request: ListSavedVideos): Promise<Page<SavedVideo>> {
    const { items, nextCursor } = await this.videos.list(requireSubject(), request);
    return { items: items.map(presentSavedVideo), nextCursor };
  }

  /** @throws Failure `saved-video-not-found`, `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  async update({ savedVideoId: id, ...changes }: RequestOf<typeof updateSavedVideo>): Promise<SavedVideo> {
    const key = { id, ownerId: requireSubject() };
    const row = await this.videos.update(key, changes);
    if (!row) throw notFound();
    await this.cache.delete('saved-video', keyOf(key));
    return presentSavedVideo(row);
  }

  /** @throws Failure `saved-video-not-found`, `precondition-failed` */
  async remove(id: string, ifRevision?: number): Promise<void> {
    const key = { id, ownerId: requireSubject() };
    if (!(await this.videos.remove(key, ifRevision))) throw notFound();
    await this.cache.delete('saved-video', keyOf(key));
  }
}

/** The owner is part of the key: another one's question finds nothing, as in the store. */
const keyOf = ({ id, ownerId }: { readonly id: string; readonly ownerId: string }) => `${ownerId}:${id}`;

const presentSavedVideo = (row: SavedVideoRow): SavedVideo => ({
  kind: 'saved-video',
  ...presentOwned(row),
  ...{ state: 'ready', job: null, problem: null },
  ...{ youTubeId: row.youTubeId, watchUrl: `https://www.youtube.com/watch?v=${row.youTubeId}` },
});

const notFound = () => new Failure('saved-video-not-found', 'There is no such saved video.');
