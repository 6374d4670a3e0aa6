import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  type createSavedVideo,
  describeSavedVideo,
  Failure,
  type Job,
  presentProgress,
  type RequestOf,
  type SavedVideo,
  type updateSavedVideo,
  youTubeIdOf,
} from '#contracts';
import { JobStore, requireCall, requireSubject } from '#platform';
import { type OwnedKey, type Page, presentOwned } from '#storage';
import { AUDIO_CACHE, type AudioCache } from '../audio-cache.ts';
import { VideoDetailsService } from '../provider-search/video-details.service.ts';
import { type ListSavedVideos, placeholderTitle, type SavedVideoRow, SavedVideoStore } from './saved-video.store.ts';

@Injectable() // keeps links to videos at YouTube, each once for an owner
export class SavedVideoService {
  constructor(
    private readonly videos: SavedVideoStore,
    private readonly jobs: JobStore,
    private readonly details: VideoDetailsService,
    @Inject(AUDIO_CACHE) private readonly cache: AudioCache,
  ) {}

  /** A video that is saved already stays as it is. @throws Failure `external-id-taken`, `request-invalid` */
  async create({ url, title, ...owned }: RequestOf<typeof createSavedVideo>): Promise<{ isNew: boolean; savedVideo: SavedVideo }> {
    const ownerId = requireSubject();
    const youTubeId = youTubeIdOf(url);
    if (!youTubeId) throw new Failure('request-invalid', 'The address is none of a video at YouTube.');
    for (;;) {
      const known = await this.videos.findByYouTubeId(youTubeId, ownerId);
      if (known) return { isNew: false, savedVideo: await this.present(known) };
      const row = { id: randomUUID(), ownerId, ...owned, title: title || placeholderTitle(youTubeId), youTubeId };
      if (!(await this.videos.add(row, (tx) => this.startJob(tx, row)))) continue; // saved by another call meanwhile; again, in case it is deleted by now
      return { isNew: true, savedVideo: await this.get(row.id) };
    }
  }

  private async startJob(tx: EntityManager, { id: savedVideoId, ownerId }: OwnedKey): Promise<string | null> {
    if (!this.details.isConfigured) return null;
    const { requestId, traceparent } = requireCall();
    const order = { ownerId, input: { savedVideoId }, subject: { savedVideoId }, context: { requestId, traceparent } };
    return (await this.jobs.enqueue(tx, describeSavedVideo, order)).id;
  }

  /** @throws Failure `saved-video-not-found`, also for a video of somebody else */
  async get(id: string): Promise<SavedVideo> {
    const key = { id, ownerId: requireSubject() };
    let asked: Promise<SavedVideoRow | null> | undefined;
    const find = () => (asked ??= this.videos.find(key));
    const settled = await this.cache.wrap('saved-video', keyOf(key), async () => {
      const row = await find();
      const isSettled = row && (row.jobId === null || row.isDescribed);
      return isSettled ? this.present(row) : undefined; // what is not there, or may still change, is not kept
    });
    if (settled) return settled;
    const row = await find();
    if (!row) throw notFound();
    return this.present(row);
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  async list(request: ListSavedVideos): Promise<Page<SavedVideo>> {
    const { items, nextCursor } = await this.videos.list(requireSubject(), request);
    return { items: await this.presentAll(items), nextCursor };
  }

  /** @throws Failure `saved-video-not-found`, `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  async update({ savedVideoId: id, ...changes }: RequestOf<typeof updateSavedVideo>): Promise<SavedVideo> {
    const key = { id, ownerId: requireSubject() };
    const row = await this.videos.update(key, changes);
    if (!row) throw notFound();
    await this.cache.delete('saved-video', keyOf(key));
    return this.present(row);
  }

  /** @throws Failure `saved-video-not-found`, `precondition-failed` */
  async remove(id: string, ifRevision?: number): Promise<void> {
    const key = { id, ownerId: requireSubject() };
    const jobId = (await this.videos.find(key))?.jobId;
    if (!(await this.videos.remove(key, ifRevision))) throw notFound();
    if (jobId) await this.jobs.cancelIfOpen(jobId, key.ownerId);
    await this.cache.delete('saved-video', keyOf(key));
  }

  private async present(row: SavedVideoRow): Promise<SavedVideo> {
    return (await this.presentAll([row]))[0]!;
  }

  private async presentAll(rows: readonly SavedVideoRow[]): Promise<SavedVideo[]> {
    const ids = rows.flatMap(({ jobId }) => jobId ?? []);
    const jobs = await this.jobs.findMany(ids, requireSubject());
    return rows.map((row) => presentSavedVideo(row, row.jobId === null ? undefined : jobs.get(row.jobId)));
  }
}

/** The owner is part of the key: another one's question finds nothing, as in the store. */
const keyOf = ({ id, ownerId }: { readonly id: string; readonly ownerId: string }) => `${ownerId}:${id}`;

/** The link is of use from the start: a job that finds nothing takes nothing away. */
const presentSavedVideo = (row: SavedVideoRow, job: Job | undefined): SavedVideo => ({
  kind: 'saved-video',
  ...presentOwned(row),
  ...presentProgress(true, job),
  ...{ youTubeId: row.youTubeId, watchUrl: `https://www.youtube.com/watch?v=${row.youTubeId}` },
  ...{ channel: row.channel, durationSeconds: row.durationSeconds },
});

const notFound = () => new Failure('saved-video-not-found', 'There is no such saved video.');
