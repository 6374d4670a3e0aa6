import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type ClipOf, Failure, inspectVideo, type MediaIntake, type RequestOf, titleOf, type updateVideo, type Video } from '#contracts';
import { Database, JobStore, requireCall, requireSubject, usage } from '#platform';
import { RowExists, requireRevision } from '#storage';
import { usedAudio } from '../media/video-findings.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { SourceService } from './source.service.ts';
import { type KnownSource, SourceStore } from './source.store.ts';
import { presentVideo, summaryOf } from './video.presenter.ts';
import { type ListVideos, type VideoRow, VideoStore } from './video.store.ts';
import { VideoDependents } from './video-dependents.service.ts';

/** Of a video that is made from another one. */
interface Making {
  readonly clipOf?: ClipOf | null | undefined;
  /** Runs when the video and its source are there. */
  readonly beforeUsage?: ((tx: EntityManager) => Promise<void>) | undefined;
}

@Injectable() // takes files in as somebody's videos
export class VideoService {
  constructor(
    private readonly database: Database,
    private readonly videos: VideoStore,
    private readonly sources: SourceService,
    private readonly jobs: JobStore,
    private readonly dependents: VideoDependents,
  ) {}

  /**
   * Video, source and job are written together or not at all; once for each id, where the caller names one, also by calls at the same time.
   * @throws Failure `file-lost`, `external-id-taken`, or a `media-…` code; nothing is written then
   */
  async create(intake: MediaIntake): Promise<Video> {
    const ownerId = requireSubject();
    const existing = intake.id === undefined ? null : await this.videos.find(intake.id, ownerId);
    if (existing) return this.present(existing);
    const id = intake.id ?? randomUUID();
    const source = await this.sources.identify(intake.blobSha256, intake.fileName);
    await this.database
      .transaction((tx) => this.write(tx, { ...intake, id }, source))
      .catch(async (error: unknown) => {
        // Another call with this id has committed first; what this one wrote is rolled back.
        const isDuplicate = error instanceof RowExists || (error instanceof Failure && error.code === 'external-id-taken');
        if (!isDuplicate || !(await this.videos.find(id, ownerId))) throw error;
      });
    return this.get(id);
  }

  /**
   * Writes a video of the caller, whose bytes are in the store, in `tx`. Usage is locked last, after the rows of other owners.
   * @throws RowExists; Failure `external-id-taken`, `quota-exceeded`
   */
  async write(
    tx: EntityManager,
    intake: MediaIntake & { readonly id: string },
    source: KnownSource,
    { clipOf = null, beforeUsage }: Making = {},
  ): Promise<void> {
    const { id, fileName, tags, metadata, externalId } = intake;
    const { sha256, sizeBytes, info } = source;
    const ownerId = requireSubject();
    const { requestId, traceparent } = requireCall();
    const order = { ownerId, input: { sha256 }, subject: { videoId: id }, context: { requestId, traceparent } };
    const isInspected = await SourceStore.remember(tx, source);
    const job = isInspected
      ? await this.jobs.recordSuccess(tx, inspectVideo, order, { sha256 })
      : await this.jobs.enqueue(tx, inspectVideo, order);
    const { displayWidthPx, displayHeightPx, codec: videoCodec } = info.video;
    await this.videos.add(tx, {
      ...{ id, ownerId, title: titleOf(intake, undefined), tags, metadata, externalId, sha256, fileName, jobId: job.id, sizeBytes, clipOf },
      ...{ durationSeconds: info.durationSeconds, videoCodec, audioCodec: usedAudio(info)?.codec ?? null, displayWidthPx, displayHeightPx },
    });
    if (isInspected) await SourceStore.fillVideos(tx, sha256);
    await beforeUsage?.(tx);
    await usage.record(tx, ownerId, 'storageBytes', sizeBytes);
    if (isInspected) await usage.recordWithin(tx, ownerId, 'videoMinutes', await SourceStore.minutesOf(tx, sha256));
    else await usage.reserve(tx, { jobId: job.id, ownerId, meter: 'videoMinutes', ...expectedMinutes(info, sizeBytes) });
  }

  /** @throws Failure `video-not-found`, also for a video of somebody else */
  async get(videoId: string): Promise<Video> {
    return this.present(await this.find(videoId));
  }

  /** @throws Failure `video-not-found` */
  async find(videoId: string): Promise<VideoRow> {
    const row = await this.videos.find(videoId, requireSubject());
    if (!row) throw notFound();
    return row;
  }

  /** Why what the inspection of a video gives cannot be given: `video-not-ready` or `video-failed`. */
  unfinished(row: VideoRow): Promise<Failure> {
    return this.jobs.unfinished('video', row);
  }

  /** Items are summaries: `streams` are there where the request names them. @throws Failure `request-invalid` for a wrong cursor */
  async list(request: ListVideos): Promise<{ items: Video[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.videos.list(requireSubject(), request);
    return { items: (await this.presentAll(items)).map((video) => summaryOf(video, request.fields)), nextCursor };
  }

  private async present(row: VideoRow): Promise<Video> {
    const [video] = await this.presentAll([row]);
    return video as Video;
  }

  private async presentAll(rows: readonly VideoRow[]): Promise<Video[]> {
    const ids = rows.map(({ jobId }) => jobId);
    const jobs = ids.length > 0 ? await this.jobs.findMany(ids, requireSubject()) : new Map();
    return rows.map((row) => presentVideo(row, row.source, jobs.get(row.jobId)));
  }

  /** @throws Failure `video-not-found`, `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  async update({ videoId, ...changes }: RequestOf<typeof updateVideo>): Promise<Video> {
    if (!(await this.videos.update({ id: videoId, ownerId: requireSubject() }, changes))) throw notFound();
    return this.get(videoId);
  }

  /** Takes the video away; a job that still works on it is cancelled, bytes that nobody else holds are swept later. @throws Failure `video-not-found`, `precondition-failed` */
  async remove(videoId: string, ifRevision?: number): Promise<void> {
    const ownerId = requireSubject();
    const video = await this.find(videoId);
    requireRevision(video, ifRevision);
    const { jobId, sha256, sizeBytes } = video;
    let open: readonly string[] = []; // cancelled once the deletion is committed: one that is refused leaves them
    const write = async (tx: EntityManager) => {
      await SourceStore.lock(tx, sha256);
      if (!(await this.videos.remove(tx, { id: videoId, ownerId }, ifRevision))) return; // another call at the same time has removed it
      const { bytes, jobIds } = await this.dependents.removeAll(tx, videoId);
      await SourceStore.forgetUnused(tx, sha256);
      await usage.record(tx, ownerId, 'storageBytes', -sizeBytes - bytes);
      open = [jobId, ...jobIds];
    };
    await this.database.transaction(write, { repeats: 2 });
    await this.jobs.cancelOpen(open, ownerId).catch(() => undefined); // it is gone all the same: a job ends by itself when it finds that
  }
}

/** What its inspection will count: the known duration; without one, that of its bytes at 1 Mbit/s. */
const expectedMinutes = ({ durationSeconds }: VideoInfo, sizeBytes: number) =>
  durationSeconds === null ? { amount: sizeBytes / 7_500_000, isEstimate: true } : { amount: durationSeconds / 60 };

const notFound = () => new Failure('video-not-found', 'There is no such video.');
