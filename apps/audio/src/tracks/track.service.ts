import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  analyzeRecording,
  type createTrack,
  Failure,
  type MediaIntake,
  type RequestOf,
  type Track,
  titleOf,
  type updateTrack,
  type updateTrackCorrections,
} from '#contracts';
import { truncated } from '#media';
import { Database, JobStore, requireCall, requireSubject, usage } from '#platform';
import { RowExists, requireRevision } from '#storage';
import { AUDIO_CACHE, type AudioCache } from '../audio-cache.ts';
import type { MediaInfo } from '../media/media-info.ts';
import { removeFromPlaylists } from '../playlists/playlist-track.store.ts';
import { RecordingService } from '../recordings/recording.service.ts';
import { RecordingStore } from '../recordings/recording.store.ts';
import { RenditionStore } from '../renditions/rendition.store.ts';
import { TrackStreamStore } from '../streams/track-stream.store.ts';
import { presentTrack, summaryOf } from './track.presenter.ts';
import { type ListTracks, TrackRow, TrackStore } from './track.store.ts';

@Injectable() // takes recordings in as somebody's tracks
export class TrackService {
  constructor(
    private readonly database: Database,
    private readonly tracks: TrackStore,
    private readonly recordings: RecordingService,
    private readonly jobs: JobStore,
    @Inject(AUDIO_CACHE) private readonly cache: AudioCache,
  ) {}

  /**
   * Track, recording and job are written together or not at all; once for each id, where the caller names one, also by calls at the same time.
   * @throws Failure `file-lost`, `external-id-taken`, or a `media-…` code; nothing is written then
   */
  async create({ strict, ...intake }: RequestOf<typeof createTrack>): Promise<Track> {
    const ownerId = requireSubject();
    const existing = intake.id === undefined ? null : await this.tracks.find(intake.id, ownerId);
    if (existing) return this.present(existing);
    const id = intake.id ?? randomUUID();
    const recording = await this.recordings.identify(intake.blobSha256);
    if (strict && recording.media.missing !== undefined) throw truncated(recording.media.missing);
    await this.database
      .transaction((tx) => this.write(tx, { ...intake, id }, recording))
      .catch(async (error: unknown) => {
        // Another call with this id has committed first; what this one wrote is rolled back.
        const isDuplicate = error instanceof RowExists || (error instanceof Failure && error.code === 'external-id-taken');
        if (!isDuplicate || !(await this.tracks.find(id, ownerId))) throw error;
      });
    return this.get(id);
  }

  private async write(
    tx: EntityManager,
    { id, blobSha256: sha256, fileName, title, tags, metadata, externalId }: MediaIntake & { readonly id: string },
    recording: Awaited<ReturnType<RecordingService['identify']>>,
  ): Promise<void> {
    const { media } = recording;
    const ownerId = requireSubject();
    const { requestId, traceparent } = requireCall();
    const order = { ownerId, input: { sha256 }, subject: { trackId: id }, context: { requestId, traceparent } };
    const isAnalyzed = await RecordingStore.remember(tx, recording);
    const job = isAnalyzed
      ? await this.jobs.recordSuccess(tx, analyzeRecording, order, { sha256 })
      : await this.jobs.enqueue(tx, analyzeRecording, order);
    const owned = { id, ownerId, title: titleOf({ title, fileName }, media.tags.title), tags, metadata, externalId };
    const row = { ...owned, sha256, fileName, jobId: job.id, codec: media.codec, durationSeconds: media.durationSeconds };
    await this.tracks.add(tx, row, [media.tags.artist ?? '', media.tags.album ?? '', fileName]);
    if (isAnalyzed) await RecordingStore.fillTracks(tx, sha256);
    await usage.record(tx, ownerId, 'storageBytes', recording.sizeBytes);
    if (isAnalyzed) await usage.recordWithin(tx, ownerId, 'audioMinutes', await RecordingStore.minutesOf(tx, sha256));
    else await usage.reserve(tx, { jobId: job.id, ownerId, meter: 'audioMinutes', ...expectedMinutes(media, recording.sizeBytes) });
  }

  /** @throws Failure `track-not-found`, also for a track of somebody else */
  async get(trackId: string): Promise<Track> {
    const ownerId = requireSubject();
    let asked: Promise<TrackRow | null> | undefined;
    const find = () => (asked ??= this.tracks.find(trackId, ownerId));
    const ready = await this.cache.wrap('track', keyOf(ownerId, trackId), async () => {
      const row = await find();
      return row?.ready ? this.present(row) : undefined;
    });
    return ready ?? this.present(found(await find()));
  }

  /** @throws Failure `track-not-found` */
  async find(trackId: string): Promise<TrackRow> {
    return found(await this.tracks.find(trackId, requireSubject()));
  }

  /** Why what the analysis of a track gives cannot be given: `analysis-not-ready` or `analysis-failed`. */
  unfinished(row: TrackRow): Promise<Failure> {
    return this.jobs.unfinished('analysis', row);
  }

  /** Until `tx` has ended, the track is not deleted. @throws Failure `track-not-found` when it has been deleted meanwhile */
  async hold(tx: EntityManager, { id, ownerId, sha256 }: TrackRow): Promise<void> {
    await RecordingStore.lock(tx, sha256); // as `remove` does
    if (!(await tx.existsBy(TrackRow, { id, ownerId }))) throw notFound();
  }

  /** Items are summaries: `analysis` and `fileTags` are there where the request names them. @throws Failure `request-invalid` for a wrong cursor */
  async list(request: ListTracks): Promise<{ items: Track[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.tracks.list(requireSubject(), request);
    return { items: (await this.presentAll(items)).map((track) => summaryOf(track, request.fields)), nextCursor };
  }

  private async present(row: TrackRow): Promise<Track> {
    const [track] = await this.presentAll([row]);
    return track as Track;
  }

  private async presentAll(rows: readonly TrackRow[]): Promise<Track[]> {
    const ids = rows.map(({ jobId }) => jobId);
    const jobs = ids.length > 0 ? await this.jobs.findMany(ids, requireSubject()) : new Map();
    return rows.map((row) => presentTrack(row, row.recording, jobs.get(row.jobId)));
  }

  /** @throws Failure `track-not-found`, `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  async update({ trackId, ...changes }: RequestOf<typeof updateTrack>): Promise<Track> {
    const ownerId = requireSubject();
    if (!(await this.tracks.update({ id: trackId, ownerId }, changes))) throw notFound();
    await this.cache.delete('track', keyOf(ownerId, trackId));
    return this.get(trackId);
  }

  /**
   * Replaces what the owner has corrected by hand; without any correction the analysis holds again.
   * @throws Failure `track-not-found`, `precondition-failed`
   */
  async correct({ trackId, ifRevision, ...corrections }: RequestOf<typeof updateTrackCorrections>): Promise<Track> {
    const track = await this.find(trackId);
    const isNone = Object.values(corrections).every((value) => value === null);
    if (!(await this.tracks.correct(track, isNone ? null : corrections, ifRevision))) throw notFound();
    await this.cache.delete('track', keyOf(track.ownerId, trackId));
    return this.get(trackId);
  }

  /** Takes the track away; a job that still works on it is cancelled, bytes that nobody else holds are swept later. @throws Failure `track-not-found`, `precondition-failed` */
  async remove(trackId: string, ifRevision?: number): Promise<void> {
    const ownerId = requireSubject();
    const track = await this.find(trackId);
    requireRevision(track, ifRevision);
    const { jobId, sha256, recording } = track;
    let open: readonly string[] = []; // cancelled once the deletion is committed: one that is refused leaves them
    const write = async (tx: EntityManager) => {
      await RecordingStore.lock(tx, sha256);
      await removeFromPlaylists(tx, trackId);
      const encoding = await RenditionStore.openJobs(tx, trackId);
      const renditionBytes = await RenditionStore.removeOf(tx, trackId);
      const stream = await TrackStreamStore.remove(tx, { trackId, ownerId });
      if (!(await this.tracks.remove(tx, { id: trackId, ownerId }, ifRevision))) return; // another call at the same time has removed it
      await RecordingStore.forgetUnused(tx, sha256);
      await usage.record(tx, ownerId, 'storageBytes', -recording.sizeBytes - renditionBytes - (stream?.bytes ?? 0));
      open = [jobId, ...encoding, ...(stream?.openJob === undefined ? [] : [stream.openJob])];
    };
    await this.database.transaction(write, { repeats: 2 });
    await this.cache.delete('track', keyOf(ownerId, trackId));
    await this.jobs.cancelOpen(open, ownerId).catch(() => undefined); // it is gone all the same: a job ends by itself when it finds that
  }
}

/** What its analysis will count: the declared duration; where the file declares none, that of its bytes at 128 kbit/s. */
const expectedMinutes = ({ durationSeconds }: MediaInfo, sizeBytes: number) =>
  durationSeconds === null ? { amount: sizeBytes / 960_000, isEstimate: true } : { amount: durationSeconds / 60 };

/** Raise it when a track gets a field: what an earlier release has remembered lacks it. */
const shapeVersion = 4;

/** The owner is part of the key: another one's question finds nothing, as in the store. */
const keyOf = (ownerId: string, trackId: string) => `${ownerId}:${trackId}:${shapeVersion}`;

const notFound = () => new Failure('track-not-found', 'There is no such track.');

function found(row: TrackRow | null): TrackRow {
  if (!row) throw notFound();
  return row;
}
