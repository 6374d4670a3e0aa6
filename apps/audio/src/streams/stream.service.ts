import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  encodeTrackStream,
  Failure,
  type listTrackSegments,
  type locateTrackSegment,
  type ReplyOf,
  type RequestOf,
  type TrackStream,
} from '#contracts';
import { targetDurationSeconds } from '#media';
import { Database, JobStore, requireCall, requireSubject, usage } from '#platform';
import { RENDITION_CONFIG, type RenditionConfig } from '../renditions/rendition.config.ts';
import { TrackService } from '../tracks/track.service.ts';
import type { TrackRow } from '../tracks/track.store.ts';
import { type StoredVariant, StreamStore } from './stream.store.ts';
import { type TrackStreamRow, TrackStreamStore } from './track-stream.store.ts';

/** Factors that estimate average and peak bit rate from the target bit rate until all segments are measured. */
const expected = { average: 1.02, peak: 1.3 } as const;

type SegmentsRequest = RequestOf<typeof listTrackSegments>;

@Injectable() // says what a player can play of a track, and starts the stream that is missing
export class StreamService {
  constructor(
    private readonly database: Database,
    private readonly tracks: TrackService,
    private readonly streams: StreamStore,
    private readonly trackStreams: TrackStreamStore,
    private readonly jobs: JobStore,
    @Inject(RENDITION_CONFIG) private readonly config: RenditionConfig,
  ) {}

  /** @throws Failure `track-not-found`, `renditions-disabled`, `quota-exceeded`; `rendition-failed` when its job failed or was cancelled */
  async open(trackId: string): Promise<TrackStream> {
    const track = await this.tracks.find(trackId);
    const row = (await this.trackStreams.find({ trackId, ownerId: track.ownerId })) ?? (await this.create(track));
    const variants = await this.streams.variants(row.streamId);
    const isComplete = variants.length > 0 && variants.every(({ averageBitRate }) => averageBitRate !== null);
    await this.jobs.requireUnfailed('rendition', row);
    const isPlayable = isComplete || (variants.length > 0 && variants.every(({ hasSegment }) => hasSegment));
    return { isComplete, job: row.jobId, variants: isPlayable ? variants.map(presentVariant) : [] };
  }

  private async create(track: TrackRow): Promise<TrackStreamRow> {
    if (!this.config.AUDIO_COMPRESSION_ENABLED) throw new Failure('renditions-disabled', 'This installation makes no streams.');
    return this.database.transaction((tx) => this.write(tx, track));
  }

  private async write(tx: EntityManager, track: TrackRow): Promise<TrackStreamRow> {
    const { id: trackId, ownerId, sha256 } = track;
    await this.tracks.hold(tx, track);
    const existing = await TrackStreamStore.findIn(tx, { trackId, ownerId });
    if (existing) return existing;
    await usage.admit(tx, ownerId, 'storageBytes');
    const { id: streamId, sizeBytes } = await StreamStore.ensure(tx, sha256);
    const { requestId, traceparent } = requireCall();
    const order = { ownerId, input: { streamId }, subject: { trackId }, context: { requestId, traceparent } };
    const job =
      sizeBytes === null
        ? await this.jobs.enqueue(tx, encodeTrackStream, order)
        : await this.jobs.recordSuccess(tx, encodeTrackStream, order, { streamId });
    const row = { trackId, ownerId, streamId, jobId: job.id, ready: sizeBytes !== null };
    await TrackStreamStore.add(tx, row);
    if (sizeBytes !== null) await usage.record(tx, ownerId, 'storageBytes', sizeBytes);
    return row;
  }

  /** @throws Failure `track-not-found`; `rendition-not-found` for a level that the stream does not have; `rendition-not-ready`, `rendition-failed` */
  async segments({ trackId, level }: SegmentsRequest): Promise<ReplyOf<typeof listTrackSegments>> {
    const { streamId, variant } = await this.variant({ trackId, level });
    const segments = await this.streams.segments({ streamId, level });
    if (segments.length === 0) throw new Failure('rendition-not-ready', 'There is no segment yet.', { retryAfterSeconds: 2 });
    return {
      isComplete: variant.averageBitRate !== null,
      targetDurationSeconds: targetDurationSeconds(segments),
      segmentDurationsSeconds: segments.map(({ durationSeconds }) => durationSeconds),
    };
  }

  /** @throws Failure `track-not-found`, `rendition-not-found`, `rendition-failed`, `segment-not-found` */
  async locate({ index, ...key }: RequestOf<typeof locateTrackSegment>): Promise<ReplyOf<typeof locateTrackSegment>> {
    const { streamId, variant } = await this.variant(key);
    const found = index === 'init' ? variant.init : await this.streams.segment({ streamId, level: key.level }, index);
    if (!found) throw new Failure('segment-not-found', 'The stream has no such segment, or not yet.');
    const { sha256, sizeBytes } = found;
    return { sha256, sizeBytes, contentType: 'audio/mp4', fileName: index === 'init' ? 'init.mp4' : `${index}.m4s` };
  }

  private async variant({ trackId, level }: SegmentsRequest): Promise<{ readonly streamId: string; readonly variant: StoredVariant }> {
    const row = await this.find(trackId);
    await this.jobs.requireUnfailed('rendition', row);
    const { streamId } = row;
    const variant = await this.streams.variant({ streamId, level });
    if (!variant) throw new Failure('rendition-not-found', `The stream has no level ${level}, or not yet.`);
    return { streamId, variant };
  }

  /** Cancels its job; bytes that no other track has are swept later. @throws Failure `track-not-found`, `rendition-not-found` */
  async remove(trackId: string): Promise<void> {
    const { ownerId, jobId, ready } = await this.find(trackId);
    if (!ready) await this.jobs.cancelIfOpen(jobId, ownerId);
    await this.database.transaction(async (tx) => {
      const removed = await TrackStreamStore.remove(tx, { trackId, ownerId });
      if (removed) await usage.record(tx, ownerId, 'storageBytes', -removed.bytes);
    });
  }

  private async find(trackId: string): Promise<TrackStreamRow> {
    const row = await this.trackStreams.find({ trackId, ownerId: requireSubject() });
    if (row) return row;
    await this.tracks.find(trackId);
    throw new Failure('rendition-not-found', 'The track has no stream. Its master playlist starts one.');
  }
}

function presentVariant({ level, codec, bitRate, averageBitRate, peakBitRate }: StoredVariant): TrackStream['variants'][number] {
  return {
    ...{ level, codec },
    averageBitRate: averageBitRate ?? Math.round(expected.average * bitRate),
    peakBitRate: peakBitRate ?? Math.round(expected.peak * bitRate),
  };
}
