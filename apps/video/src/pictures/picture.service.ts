import { Inject, Injectable } from '@nestjs/common';
import { ConcurrencyLimiter } from '#compute';
import { Failure, type locateVideoPoster, type locateVideoThumbnail, type RequestOf } from '#contracts';
import { BLOBS } from '#platform';
import type { BlobStore } from '#storage';
import { MEDIA_CONFIG, type MediaConfig } from '../media/media.config.ts';
import { MediaPrograms } from '../media/media-programs.service.ts';
import { VideoService } from '../videos/video.service.ts';
import type { VideoRow } from '../videos/video.store.ts';
import { type PictureKind, pictures } from './picture.metrics.ts';
import { PictureStore, type StoredPicture } from './picture.store.ts';
import { PictureMaker } from './picture-maker.service.ts';
import {
  extensionOf,
  type PictureWish,
  pictureFileName,
  type StoryboardPart,
  storyboardName,
  thumbnailName,
  thumbnailRequest,
} from './picture-names.ts';

/** Less than the deadline of the contracts. */
const timeoutMs = 15_000;
/** Further requests are refused with `overloaded`. */
const maxQueue = 32;

@Injectable() // finds the pictures of somebody's videos, and has those made that are not there yet
export class PictureService {
  private readonly limiter: ConcurrencyLimiter;
  /** By source and name; bounded by the limiter. */
  private readonly inFlight = new Map<string, Promise<StoredPicture>>();

  constructor(
    private readonly videos: VideoService,
    private readonly store: PictureStore,
    private readonly maker: PictureMaker,
    private readonly programs: MediaPrograms,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(MEDIA_CONFIG) config: MediaConfig,
  ) {
    this.limiter = new ConcurrencyLimiter({ cores: config.VIDEO_PICTURES_AT_ONCE, maxQueue });
  }

  /** @throws Failure `video-not-found`, `video-not-ready`, `media-undecodable`, `overloaded` */
  async poster({ videoId, ...wish }: RequestOf<typeof locateVideoPoster>) {
    const row = await this.videos.find(videoId);
    const { posterSeconds } = await this.verdictOf(row);
    const picture = await this.picture(row, { ...wish, timeSeconds: posterSeconds });
    return { ...located(picture), fileName: pictureFileName(row.fileName, 'poster', extensionOf[wish.format]) };
  }

  /** @throws Failure `video-not-found`, `time-outside-video`, `media-undecodable`, `overloaded` */
  async thumbnail({ videoId, ...wish }: RequestOf<typeof locateVideoThumbnail>) {
    const row = await this.videos.find(videoId);
    const { durationSeconds } = row;
    if (durationSeconds !== null && wish.timeSeconds > durationSeconds)
      throw new Failure('time-outside-video', `The video is ${Math.floor(durationSeconds * 1_000) / 1_000} s long.`);
    const picture = await this.picture(row, wish);
    const what = `${thumbnailRequest(row.source.info.video, wish).timeSeconds}s`;
    return { ...located(picture), fileName: pictureFileName(row.fileName, what, extensionOf[wish.format]) };
  }

  /** @throws Failure `video-not-found`, `video-not-ready` */
  async storyboard(videoId: string, part: StoryboardPart) {
    const row = await this.videos.find(videoId);
    await this.verdictOf(row);
    const picture = await this.store.find(row.sha256, storyboardName(part));
    if (!picture) throw await this.videos.unfinished(row);
    pictures.inc({ kind: 'storyboard', result: 'found' });
    return { ...located(picture), fileName: pictureFileName(row.fileName, 'storyboard', part) };
  }

  private async verdictOf(row: VideoRow) {
    if (!row.ready || !row.source.verdict) throw await this.videos.unfinished(row);
    return row.source.verdict;
  }

  private picture(row: VideoRow, wish: PictureWish): Promise<StoredPicture> {
    const request = thumbnailRequest(row.source.info.video, wish);
    const make = (path: string) => this.maker.thumbnail(path, row.source.info, request, { timeoutMs });
    return this.findOrMake(row, 'thumbnail', thumbnailName(request), make);
  }

  /** The picture of this name; `make` makes it from the local file unless it is there. @throws Failure `video-not-found`, `overloaded`; errors of `make` */
  async findOrMake({ sha256 }: VideoRow, kind: PictureKind, name: string, make: (path: string) => Promise<StoredPicture>) {
    const found = await this.store.find(sha256, name);
    if (found) pictures.inc({ kind, result: 'found' });
    return found ?? this.once(`${sha256} ${name}`, () => this.make(sha256, make));
  }

  private once(key: string, make: () => Promise<StoredPicture>): Promise<StoredPicture> {
    const running = this.inFlight.get(key);
    if (running) return running;
    const making = this.limiter.run({ cores: 1 }, make).finally(() => this.inFlight.delete(key));
    this.inFlight.set(key, making);
    return making;
  }

  private async make(sha256: string, make: (path: string) => Promise<StoredPicture>): Promise<StoredPicture> {
    await this.programs.require();
    const picture = await this.blobs.withLocalFile(sha256, make);
    if (!(await this.store.add(sha256, picture))) throw new Failure('video-not-found', 'The video was deleted.');
    return picture;
  }
}

export const located = ({ sha256, sizeBytes, contentType }: StoredPicture) => ({ sha256, sizeBytes, contentType });
