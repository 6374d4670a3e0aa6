import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { analyzeRecording, Failure, type Job, type JobState, type Track } from '#contracts';
import { CACHE, Database, JobStore, requireCall, requireSubject, usage } from '#platform';
import type { PageRequest } from '#storage';
import type { AudioCache } from '../audio-cache.ts';
import { RecordingService } from '../recordings/recording.service.ts';
import { minutesOf, RecordingStore } from '../recordings/recording.store.ts';
import { presentTrack } from './track.presenter.ts';
import { type TrackRow, TrackStore } from './track.store.ts';

export interface Upload {
  readonly blobSha256: string;
  readonly sizeBytes: number;
  readonly fileName: string;
  readonly trackId?: string | undefined;
}

interface CreatedTrack {
  readonly track: Track;
  readonly job: Job;
}

/** Another call with the same `trackId` has committed first; what this one wrote is rolled back. */
class CreatedMeanwhile extends Error {}

@Injectable() // takes recordings in as somebody's tracks
export class TrackService {
  constructor(
    private readonly database: Database,
    private readonly tracks: TrackStore,
    private readonly recordings: RecordingService,
    private readonly jobs: JobStore,
    @Inject(CACHE) private readonly cache: AudioCache,
  ) {}

  /**
   * Track, recording and job are written together or not at all; once for each `trackId`, where the caller names one, also by calls at the same time.
   * @throws Failure `blob-not-found`, or a `media-…` code; nothing is written then
   */
  async create({ blobSha256, fileName, trackId }: Upload): Promise<CreatedTrack> {
    const ownerId = requireSubject();
    const existing = trackId === undefined ? null : await this.existing(trackId, ownerId);
    if (existing) return existing;
    const recording = await this.recordings.identify(blobSha256);
    const id = trackId ?? randomUUID();
    const { requestId, traceparent } = requireCall();
    const order = { ownerId, input: { sha256: blobSha256 }, subject: { trackId: id }, context: { requestId, traceparent } };
    const write = async (tx: EntityManager): Promise<CreatedTrack> => {
      const analysis = (await RecordingStore.remember(tx, recording)) ? recording.analysis : null;
      const job = analysis
        ? await this.jobs.recordSuccess(tx, analyzeRecording, order, { sha256: blobSha256 })
        : await this.jobs.enqueue(tx, analyzeRecording, order);
      const row = { id, ownerId, sha256: blobSha256, fileName, jobId: job.id };
      if (!(await this.tracks.add(tx, row))) throw new CreatedMeanwhile();
      await usage.record(tx, ownerId, 'storageBytes', recording.sizeBytes);
      if (analysis) await usage.record(tx, ownerId, 'audioMinutes', minutesOf(analysis));
      return { track: presentTrack({ ...row, createdAt: new Date(job.createdAt) }, { ...recording, analysis }, job.state), job };
    };
    return this.database.transaction(write).catch(async (error: unknown) => {
      const created = error instanceof CreatedMeanwhile ? await this.existing(id, ownerId) : null;
      if (created) return created;
      throw error;
    });
  }

  private async existing(trackId: string, ownerId: string): Promise<CreatedTrack | null> {
    const row = await this.tracks.find(trackId, ownerId);
    return row && { track: await this.present(row), job: await this.jobs.get(row.jobId, ownerId) };
  }

  /** @throws Failure `track-not-found`, also for a track of somebody else */
  async get(trackId: string): Promise<Track> {
    const ownerId = requireSubject();
    let asked: Promise<TrackRow | null> | undefined;
    const find = () => (asked ??= this.tracks.find(trackId, ownerId));
    const ready = await this.cache.wrap('track', keyOf(ownerId, trackId), async () => {
      const row = await find();
      return row?.recording.analysis ? presentTrack(row, row.recording, 'succeeded') : undefined;
    });
    return ready ?? this.present(found(await find()));
  }

  /** @throws Failure `track-not-found` */
  async find(trackId: string): Promise<TrackRow> {
    return found(await this.tracks.find(trackId, requireSubject()));
  }

  /** New to old. */
  async list(page: PageRequest): Promise<{ items: Track[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.tracks.list(requireSubject(), page);
    return { items: await this.presentAll(items), nextCursor };
  }

  private async present(row: TrackRow): Promise<Track> {
    const [track] = await this.presentAll([row]);
    return track as Track;
  }

  private async presentAll(rows: readonly TrackRow[]): Promise<Track[]> {
    const unfinished = rows.filter(({ recording }) => !recording.analysis).map(({ jobId }) => jobId);
    const states: ReadonlyMap<string, JobState> =
      unfinished.length > 0 ? await this.jobs.statesOf(unfinished, requireSubject()) : new Map();
    return rows.map((row) => presentTrack(row, row.recording, states.get(row.jobId)));
  }

  /** Takes the track away; a job that still works on it is cancelled, bytes that nobody else holds are swept later. @throws Failure `track-not-found` */
  async remove(trackId: string): Promise<void> {
    const ownerId = requireSubject();
    const { jobId } = await this.find(trackId);
    await this.jobs.cancel(jobId, ownerId).catch(ignoreEnded);
    await this.database.transaction(async (tx) => {
      const removed = await this.tracks.remove(tx, trackId, ownerId);
      if (!removed) return;
      await RecordingStore.forgetUnused(tx, removed.sha256);
      await usage.record(tx, ownerId, 'storageBytes', -removed.sizeBytes);
    });
    await this.cache.delete('track', keyOf(ownerId, trackId));
  }
}

/** The owner is part of the key: another one's question finds nothing, as in the store. */
const keyOf = (ownerId: string, trackId: string) => `${ownerId}:${trackId}`;

function found(row: TrackRow | null): TrackRow {
  if (!row) throw new Failure('track-not-found', 'There is no such track.');
  return row;
}

function ignoreEnded(error: unknown): void {
  if (!(error instanceof Failure) || (error.code !== 'job-finished' && error.code !== 'job-not-found')) throw error;
}
