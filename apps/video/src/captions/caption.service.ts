import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  captionsAtMost,
  type createVideoCaption,
  type deleteVideoCaption,
  Failure,
  type listStreamCaptions,
  type locateVideoCaption,
  type ReplyOf,
  type RequestOf,
  stemOf,
  type updateVideoCaption,
  type VideoCaption,
} from '#contracts';
import { Database, requireCall, requireSubject, usage } from '#platform';
import { type Page, presentOwned } from '#storage';
import { VideoService } from '../videos/video.service.ts';
import type { RemovedDependents, VideoDependent } from '../videos/video-dependents.service.ts';
import { type CaptionRow, CaptionStore, insertCaption, type ListCaptions, lockCaptions } from './caption.store.ts';
import { CaptionFileStore } from './caption-files.service.ts';

interface Key {
  readonly videoId: string;
  readonly captionId: string;
}

@Injectable() // decides which captions somebody's video has
export class CaptionService implements VideoDependent {
  constructor(
    private readonly database: Database,
    private readonly captions: CaptionStore,
    private readonly files: CaptionFileStore,
    private readonly videos: VideoService,
  ) {}

  /** @throws Failure `video-not-found`, `caption-invalid`, `too-many-captions`, `file-lost`, `payload-too-large`, `external-id-taken` */
  async create({ videoId, blobSha256, ...said }: RequestOf<typeof createVideoCaption>): Promise<VideoCaption> {
    const ownerId = requireSubject();
    const { durationSeconds } = await this.videos.find(videoId);
    const stored = await this.files.storeBlob(blobSha256, durationSeconds, requireCall());
    const countedBytes = stored.vttSizeBytes + stored.srtSizeBytes;
    const captionId = randomUUID();
    await this.database.transaction(async (tx) => {
      if (!(await lockCaptions(tx, { videoId, ownerId }))) throw noVideo();
      if ((await this.captions.count(tx, { videoId, ownerId })) >= captionsAtMost)
        throw new Failure('too-many-captions', `The video has ${captionsAtMost} captions already.`);
      const title = said.title || said.language;
      await insertCaption(tx, { ...said, ...stored, title, id: captionId, ownerId, videoId, countedBytes });
      await usage.record(tx, ownerId, 'storageBytes', countedBytes);
    });
    return this.get({ videoId, captionId });
  }

  /** @throws Failure `caption-not-found`, also for a caption of somebody else */
  async get(key: Key): Promise<VideoCaption> {
    return presentCaption(await this.require(key));
  }

  /** @throws Failure `video-not-found`; `request-invalid` for a wrong cursor */
  async list(videoId: string, request: ListCaptions): Promise<Page<VideoCaption>> {
    await this.videos.find(videoId);
    const { items, nextCursor } = await this.captions.list({ videoId, ownerId: requireSubject() }, request);
    return { items: items.map(presentCaption), nextCursor };
  }

  /** A page of the captions of all videos, for an export: with the file that the archive gets, as WebVTT. */
  async exportPage(cursor: string | undefined, limit: number): Promise<Page<object>> {
    const { items, nextCursor } = await this.captions.listOwned(requireSubject(), { limit, ...(cursor ? { cursor } : {}) });
    const exported = items.map((row) => {
      const { job: _, problem: __, revision: ___, ...caption } = presentCaption(row);
      return { ...caption, fileName: `${row.language}.vtt`, sha256: row.vttSha256 };
    });
    return { items: exported, nextCursor };
  }

  /** @throws Failure `caption-not-found`, `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  async update({ videoId, captionId, ...changes }: RequestOf<typeof updateVideoCaption>): Promise<VideoCaption> {
    const key = { videoId, captionId, ownerId: requireSubject() };
    const isThere = await this.database.transaction(async (tx) => (await lockCaptions(tx, key)) && this.captions.update(tx, key, changes));
    if (!isThere) throw notFound();
    return this.get(key);
  }

  /** @throws Failure `caption-not-found`, `precondition-failed` */
  async remove({ videoId, captionId, ifRevision }: RequestOf<typeof deleteVideoCaption>): Promise<void> {
    const ownerId = requireSubject();
    const isThere = await this.database.transaction(async (tx) => {
      if (!(await lockCaptions(tx, { videoId, ownerId }))) return false;
      const bytes = await this.captions.remove(tx, { videoId, ownerId, ids: [captionId], ifRevision });
      await usage.record(tx, ownerId, 'storageBytes', -(bytes ?? 0));
      return bytes !== undefined;
    });
    if (!isThere) throw notFound();
  }

  /** @throws Failure `caption-not-found` */
  async locate({ format, ...key }: RequestOf<typeof locateVideoCaption>): Promise<ReplyOf<typeof locateVideoCaption>> {
    const [caption, video] = [await this.require(key), await this.videos.find(key.videoId)];
    const isVtt = format === 'vtt';
    return {
      sha256: isVtt ? caption.vttSha256 : caption.srtSha256,
      sizeBytes: isVtt ? caption.vttSizeBytes : caption.srtSizeBytes,
      contentType: isVtt ? 'text/vtt; charset=utf-8' : 'application/x-subrip; charset=utf-8',
      fileName: `${stemOf(video.fileName)}.${caption.language}.${format}`,
      durationSeconds: video.durationSeconds,
    };
  }

  /** @throws Failure `video-not-found` */
  async ofStream(videoId: string): Promise<ReplyOf<typeof listStreamCaptions>> {
    await this.videos.find(videoId);
    const rows = await this.captions.allOf({ videoId, ownerId: requireSubject() }, captionsAtMost);
    return { captions: rows.map(({ id, language, title, role, isDefault }) => ({ id, language, title, role, isDefault })) };
  }

  async removeAll(tx: EntityManager, videoId: string): Promise<RemovedDependents> {
    return { bytes: (await this.captions.remove(tx, { videoId, ownerId: requireSubject() })) ?? 0, jobIds: [] };
  }

  private async require(key: Key): Promise<CaptionRow> {
    const row = await this.captions.find({ ...key, ownerId: requireSubject() });
    if (!row) throw notFound();
    return row;
  }
}

function presentCaption(row: CaptionRow): VideoCaption {
  const { videoId, language, role, isDefault, format, cueCount, vttSizeBytes, srtSizeBytes, warnings } = row;
  const own = { videoId, language, role, isDefault, format, cueCount, sizeBytes: vttSizeBytes + srtSizeBytes, warnings };
  return { kind: 'video-caption', state: 'ready', ...presentOwned(row), ...own, job: null, problem: null };
}

const noVideo = () => new Failure('video-not-found', 'There is no such video.');
const notFound = () => new Failure('caption-not-found', 'The video has no such caption.');
