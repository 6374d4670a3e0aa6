import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  type AudioFormat,
  type CompressionLevel,
  type createTrackRendition,
  encodeTrackRendition,
  Failure,
  type RequestOf,
  type TrackRendition,
} from '#contracts';
import { Database, JobStore, requireCall, requireSubject, usage } from '#platform';
import { TrackService } from '../tracks/track.service.ts';
import type { TrackRow } from '../tracks/track.store.ts';
import { type Encoding, EncodingStore } from './encoding.store.ts';
import { requirePossible } from './encoding-plan.ts';
import { RENDITION_CONFIG, type RenditionConfig } from './rendition.config.ts';
import { fileNameOf, presentRendition } from './rendition.presenter.ts';
import { type ListRenditions, type RenditionRow, RenditionStore } from './rendition.store.ts';
import { optionsOf } from './rendition-options.ts';

type Wanted = RequestOf<typeof createTrackRendition>;

@Injectable() // keeps renditions of tracks and starts the jobs that encode them
export class RenditionService {
  constructor(
    private readonly database: Database,
    private readonly renditions: RenditionStore,
    private readonly tracks: TrackService,
    private readonly jobs: JobStore,
    @Inject(RENDITION_CONFIG) private readonly config: RenditionConfig,
  ) {}

  /**
   * Asked again, it gives the rendition that is there; one that has failed is tried again.
   * @throws Failure `track-not-found`, `rendition-not-possible`, `renditions-disabled`, `too-many-renditions`, `request-invalid`, `external-id-taken`
   */
  async create(wanted: Wanted): Promise<TrackRendition> {
    const ownerId = requireSubject();
    const track = await this.tracks.find(wanted.trackId);
    if (!this.config.AUDIO_COMPRESSION_ENABLED) throw new Failure('renditions-disabled', 'This installation makes no renditions.');
    const id = await this.database.transaction((tx) => this.write(tx, track, wanted));
    return this.present(await this.find({ id, ownerId }, track.id));
  }

  private async write(tx: EntityManager, track: TrackRow, wanted: Wanted): Promise<string> {
    const { AUDIO_COMPRESSION_DEFAULT_LEVEL: defaultLevel, AUDIO_COMPRESSION_MAX_SIZE_KB: maxSizeKb } = this.config;
    const { level, options } = optionsOf(wanted, { defaultLevel, maxSizeKb });
    if (level !== 'auto') requirePossible(track.codec, level, wanted.format);
    await this.tracks.hold(tx, track);
    const key = { sourceSha256: track.sha256, level, format: wanted.format, options, tags: track.recording.media.tags };
    const encoding = await EncodingStore.remember(tx, key);
    const existing = await RenditionStore.findFor(tx, { trackId: track.id, ownerId: track.ownerId }, encoding.id);
    return existing ? this.restart(tx, existing, encoding) : this.add(tx, track, wanted, encoding);
  }

  /** The track is held: nobody else adds one of it. */
  private async add(tx: EntityManager, track: TrackRow, wanted: Wanted, encoding: Encoding): Promise<string> {
    await RenditionStore.requireRoom(tx, track.id);
    const { title = track.title, tags, metadata, externalId, format } = wanted;
    const [id, { ownerId, id: trackId }] = [randomUUID(), track];
    const order = orderOf({ id, trackId, ownerId }, encoding.id);
    await usage.admit(tx, ownerId, 'storageBytes');
    const isEncoded = encoding.result !== null;
    const job = isEncoded
      ? await this.jobs.recordSuccess(tx, encodeTrackRendition, order, { encodingId: encoding.id })
      : await this.jobs.enqueue(tx, encodeTrackRendition, order);
    const level = encoding.result?.level ?? (encoding.level === 'auto' ? null : encoding.level);
    const own = { trackId, encodingId: encoding.id, jobId: job.id, requestedLevel: encoding.level, level, format, ready: isEncoded };
    await this.renditions.add(tx, { id, ownerId, title, tags, metadata, externalId, ...own });
    if (isEncoded) await usage.record(tx, ownerId, 'storageBytes', encoding.sizeBytes ?? 0);
    return id;
  }

  private async restart(tx: EntityManager, row: RenditionRow, { id: encodingId }: Encoding): Promise<string> {
    const state = row.ready ? undefined : (await this.jobs.statesOf([row.jobId], row.ownerId, tx)).get(row.jobId);
    if (row.ready || (state && state !== 'failed' && state !== 'cancelled')) return row.id;
    await usage.admit(tx, row.ownerId, 'storageBytes');
    const { id: jobId } = await this.jobs.enqueue(tx, encodeTrackRendition, orderOf(row, encodingId));
    await RenditionStore.restart(tx, row.id, jobId);
    return row.id;
  }

  /** The renditions of a track, new to old, at most {@link trackRenditionsMax}. */
  allOf({ id: trackId, ownerId }: TrackRow): Promise<RenditionRow[]> {
    return this.renditions.allOf({ trackId, ownerId });
  }

  /**
   * A rendition that a player needs: started unless it is there; one that has failed is not tried again.
   * @param known the renditions of the track
   * @returns the job that makes it; undefined where it cannot be made
   */
  async ensure(track: TrackRow, level: CompressionLevel, format: AudioFormat, known: readonly RenditionRow[]): Promise<string | undefined> {
    const plain = known.find(
      (row) => row.requestedLevel === level && row.format === format && Object.keys(row.encoding.options).length === 0,
    );
    if (!plain) return this.createForPlayer({ trackId: track.id, level, format, normalize: false, measureQuality: false });
    const state = (await this.jobs.statesOf([plain.jobId], plain.ownerId)).get(plain.jobId);
    return state === 'queued' || state === 'running' ? plain.jobId : undefined;
  }

  /** Whoever is at the quota, or has as many as fit, plays what is there. */
  private async createForPlayer(wanted: Wanted): Promise<string | undefined> {
    try {
      return (await this.create(wanted)).job?.id;
    } catch (error) {
      if (error instanceof Failure && ['quota-exceeded', 'too-many-renditions'].includes(error.code)) return undefined;
      throw error;
    }
  }

  get isEnabled(): boolean {
    return this.config.AUDIO_COMPRESSION_ENABLED;
  }

  /** @throws Failure `track-not-found`, `rendition-not-found`, also for those of somebody else */
  async get(trackId: string, renditionId: string): Promise<TrackRendition> {
    const { ownerId } = await this.tracks.find(trackId);
    return this.present(await this.find({ id: renditionId, ownerId }, trackId));
  }

  /** @throws Failure `track-not-found`, `request-invalid` for a wrong cursor */
  async list(request: ListRenditions): Promise<{ items: TrackRendition[]; nextCursor: string | null }> {
    const { ownerId, id: trackId } = await this.tracks.find(request.trackId);
    const { items, nextCursor } = await this.renditions.list({ trackId, ownerId }, request);
    return { items: await this.presentAll(items), nextCursor };
  }

  /** Cancels its job; bytes that no other rendition has are swept later. @throws Failure `track-not-found`, `rendition-not-found` */
  async remove(trackId: string, renditionId: string): Promise<void> {
    const { ownerId } = await this.tracks.find(trackId);
    const { id, jobId, encodingId, ready } = await this.find({ id: renditionId, ownerId }, trackId);
    if (!ready) await this.jobs.cancelIfOpen(jobId, ownerId);
    await this.database.transaction(async (tx) => {
      const bytes = await RenditionStore.remove(tx, { id, ownerId }, encodingId);
      if (bytes !== undefined) await usage.record(tx, ownerId, 'storageBytes', -bytes);
    });
  }

  /** @param trackId absent: whichever track it is of. @throws Failure `track-not-found`, `rendition-not-found`, `rendition-not-ready` */
  async locate(renditionId: string, trackId: string | undefined) {
    if (trackId !== undefined) await this.tracks.find(trackId);
    const row = await this.find({ id: renditionId, ownerId: requireSubject() }, trackId);
    const { sha256, sizeBytes, result } = row.encoding;
    if (!row.ready || sha256 === null || sizeBytes === null || result === null) throw await this.jobs.unfinished('rendition', row);
    return { sha256, sizeBytes, contentType: result.contentType, fileName: fileNameOf(row) };
  }

  private async find(key: { readonly id: string; readonly ownerId: string }, trackId: string | undefined): Promise<RenditionRow> {
    const row = await this.renditions.find(key, trackId);
    if (!row) throw new Failure('rendition-not-found', 'There is no such rendition.');
    return row;
  }

  private async present(row: RenditionRow): Promise<TrackRendition> {
    const [rendition] = await this.presentAll([row]);
    return rendition as TrackRendition;
  }

  private async presentAll(rows: readonly RenditionRow[]): Promise<TrackRendition[]> {
    const ids = rows.map(({ jobId }) => jobId);
    const jobs = await this.jobs.findMany(ids, requireSubject());
    return rows.map((row) => presentRendition(row, jobs.get(row.jobId)));
  }
}

function orderOf({ id, trackId, ownerId }: Pick<RenditionRow, 'id' | 'trackId' | 'ownerId'>, encodingId: string) {
  const { requestId, traceparent } = requireCall();
  return { ownerId, input: { encodingId }, subject: { trackId, renditionId: id }, context: { requestId, traceparent } };
}
