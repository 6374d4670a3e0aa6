import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  type createVideoLadder,
  type createVideoRendition,
  encodeVideoRendition,
  Failure,
  namedPreset,
  type RequestOf,
  type VideoPreset,
  type VideoRendition,
  videoPresets,
} from '#contracts';
import { Database, JobStore, requireCall, requireSubject, usage } from '#platform';
import type { Page } from '#storage';
import type { RemovedDependents, VideoDependent } from '../videos/video-dependents.service.ts';
import { type Encoding, EncodingStore } from './encoding.store.ts';
import { possiblePresets, presets, soundPreset } from './presets.ts';
import { bytesOf, presentRendition, type RenditionTracks } from './rendition.presenter.ts';
import { type ListRenditions, type RenditionKey, type RenditionRow, RenditionStore } from './rendition.store.ts';
import { SOURCE_VIDEOS, type SourceVideo, type SourceVideos } from './source-video.store.ts';

type CreateRendition = RequestOf<typeof createVideoRendition>;
type NamedRendition = Omit<CreateRendition, 'preset'> & { readonly preset: VideoPreset };
type Key = Omit<RenditionKey, 'ownerId'>;
type LockedTracks = Awaited<ReturnType<typeof ensureTracks>>;

interface Written {
  readonly id: string;
  readonly isComplete: boolean;
  /** Absent where it was there already. */
  readonly job?: { readonly jobId: string; readonly ownerId: string; readonly encodingId: string };
}

@Injectable() // decides which renditions of somebody's videos there are
export class RenditionService implements VideoDependent {
  constructor(
    private readonly database: Database,
    private readonly renditions: RenditionStore,
    private readonly encodings: EncodingStore,
    private readonly jobs: JobStore,
    @Inject(SOURCE_VIDEOS) private readonly videos: SourceVideos,
  ) {}

  /**
   * Rendition, encodings and job are written together or not at all. Asked again for the same preset of the same video it gives the one that is there.
   * @throws Failure `video-not-found`, `rendition-not-possible`, `external-id-taken`
   */
  async create(request: CreateRendition): Promise<VideoRendition> {
    const video = await this.requireVideo(request.videoId, requireSubject());
    const { name: preset } = namedPreset(request.preset);
    requirePossible([preset], video);
    const [renditionId] = await this.database.transaction((tx) => this.writeAll(tx, request.videoId, [{ ...request, preset }], video));
    return this.get({ renditionId: renditionId!, videoId: request.videoId });
  }

  /** All of them or none; their jobs start together, so that one run can encode them. Highest first. Throws the same. */
  async createLadder({ videoId, presets: requested }: RequestOf<typeof createVideoLadder>): Promise<VideoRendition[]> {
    const ownerId = requireSubject();
    const wanted = requested?.map((each) => namedPreset(each).name);
    const video = await this.requireVideo(videoId, ownerId);
    if (wanted) requirePossible(wanted, video);
    const all = possiblePresets(video).filter((preset) => (wanted ? wanted.includes(preset) : presets[preset].codec === 'h264'));
    const requests = all.map((preset) => ({ videoId, preset }));
    await this.database.transaction((tx) => this.writeAll(tx, videoId, requests, video));
    const rows = await this.renditions.allOf({ videoId, ownerId });
    return this.present(
      all.flatMap((preset) => rows.filter((row) => row.preset === preset && row.presetVersion === presets[preset].version)),
    );
  }

  /** Locks the encodings of all before it reserves or counts anything. @returns the ids of the renditions */
  private async writeAll(tx: EntityManager, videoId: string, requests: readonly NamedRendition[], video: SourceVideo): Promise<string[]> {
    const ownerId = requireSubject();
    if (!(await this.videos.hold(tx, videoId, ownerId))) throw noVideo();
    const tracks = new Map<VideoPreset, LockedTracks>();
    for (const preset of requests.map((each) => each.preset).sort(byPreset)) tracks.set(preset, await ensureTracks(tx, preset, video));
    const written: Written[] = [];
    for (const request of requests) written.push(await this.write(tx, request, video, tracks.get(request.preset)!));
    for (const { job } of written) if (job) await reserveMinutes(tx, job, video);
    for (const { job, isComplete } of written) if (job && isComplete) await countRendition(tx, job);
    return written.map(({ id }) => id);
  }

  private async write(tx: EntityManager, request: NamedRendition, video: SourceVideo, tracks: LockedTracks): Promise<Written> {
    const { videoId, preset, title, tags, metadata, externalId } = request;
    const ownerId = requireSubject();
    const { requestId, traceparent } = requireCall();
    const presetVersion = presets[preset].version;
    const { mainId: encodingId, isComplete } = tracks;
    const existing = await this.renditions.findOf(tx, { videoId, preset, presetVersion });
    if (existing) return { id: existing, isComplete };
    await usage.admit(tx, ownerId, 'storageBytes');
    const id = randomUUID();
    const order = { ownerId, input: { encodingId }, subject: { videoId, renditionId: id }, context: { requestId, traceparent } };
    const job = isComplete
      ? await this.jobs.recordSuccess(tx, encodeVideoRendition, order, { encodingId })
      : await this.jobs.enqueue(tx, encodeVideoRendition, order);
    const owned = { id, ownerId, title: title || `${video.title.slice(0, 180)} (${preset})`, tags, metadata, externalId };
    await this.renditions.add(tx, { ...owned, videoId, preset, presetVersion, encodingId, jobId: job.id });
    return { id, isComplete, job: { jobId: job.id, ownerId, encodingId } };
  }

  /** @throws Failure `rendition-not-found`, also for a rendition of somebody else */
  async get(key: Key): Promise<VideoRendition> {
    const [rendition] = await this.present([await this.require(key)]);
    return rendition!;
  }

  /** Without its video. @throws Failure `rendition-not-found` */
  async find(renditionId: string): Promise<VideoRendition> {
    const row = await this.renditions.findById(renditionId, requireSubject());
    if (!row) throw noRendition();
    const [rendition] = await this.present([row]);
    return rendition!;
  }

  /** @throws Failure `video-not-found`; `request-invalid` for a wrong cursor */
  async list(videoId: string, request: ListRenditions): Promise<Page<VideoRendition>> {
    const ownerId = requireSubject();
    await this.requireVideo(videoId, ownerId);
    const { items, nextCursor } = await this.renditions.list({ videoId, ownerId }, request);
    return { items: await this.present(items), nextCursor };
  }

  /** All renditions of a video with their tracks. @throws Failure `video-not-found` */
  async allOf(videoId: string): Promise<{ readonly rendition: VideoRendition; readonly tracks: RenditionTracks }[]> {
    const ownerId = requireSubject();
    await this.requireVideo(videoId, ownerId);
    const rows = await this.renditions.allOf({ videoId, ownerId });
    const [renditions, tracks] = await Promise.all([this.present(rows), this.tracksOf(rows)]);
    return renditions.map((rendition, at) => ({ rendition, tracks: tracks[at]! }));
  }

  /** What can be played, also while it is encoded. @throws Failure `rendition-not-found`; `rendition-failed`: what was encoded of it is not counted */
  async tracks(key: Key): Promise<RenditionTracks> {
    const row = await this.require(key);
    await this.jobs.requireUnfailed('rendition', row);
    const [tracks] = await this.tracksOf([row]);
    return tracks!;
  }

  /** Takes it away; a job that still encodes it is cancelled, bytes that nobody else holds are swept later. @throws Failure `rendition-not-found` */
  async remove(key: Key): Promise<void> {
    const ownerId = requireSubject();
    const row = await this.require(key);
    await this.jobs.cancelIfOpen(row.jobId, ownerId);
    await this.database.transaction(async (tx) => usage.record(tx, ownerId, 'storageBytes', -(await this.removeRow(tx, row))));
  }

  /** All renditions of a video that is deleted in `tx`, whose row is locked. */
  async removeAll(tx: EntityManager, videoId: string): Promise<RemovedDependents> {
    const rows = await this.renditions.allOf({ videoId, ownerId: requireSubject() }, tx);
    rows.sort((one, other) => byPreset(one.preset, other.preset) || one.presetVersion - other.presetVersion);
    for (const row of rows) await this.lockEncoding(tx, row);
    let bytes = 0;
    for (const row of rows) bytes += await this.removeRow(tx, row);
    return { bytes, jobIds: rows.map(({ jobId }) => jobId) };
  }

  private async lockEncoding(tx: EntityManager, { encodingId }: RenditionRow) {
    const encoding = (await EncodingStore.load(tx, [encodingId])).get(encodingId);
    if (encoding) await EncodingStore.lock(tx, encoding);
    return encoding;
  }

  /** @returns its bytes, which the caller gives back to the owner last; 0 when another call at the same time has removed it */
  private async removeRow(tx: EntityManager, row: RenditionRow): Promise<number> {
    const { id, videoId, ownerId } = row;
    const encoding = await this.lockEncoding(tx, row);
    const bytes = await RenditionStore.remove(tx, { renditionId: id, videoId, ownerId });
    if (bytes !== undefined && encoding) await EncodingStore.forgetUnused(tx, encoding);
    return bytes ?? 0;
  }

  private async require(key: Key): Promise<RenditionRow> {
    const row = await this.renditions.find({ ...key, ownerId: requireSubject() });
    if (!row) throw noRendition();
    return row;
  }

  private async requireVideo(videoId: string, ownerId: string): Promise<SourceVideo> {
    const video = await this.videos.find(videoId, ownerId);
    if (!video) throw noVideo();
    return video;
  }

  private async present(rows: readonly RenditionRow[]): Promise<VideoRendition[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ jobId }) => jobId);
    const [jobs, tracks] = await Promise.all([this.jobs.findMany(ids, requireSubject()), this.tracksOf(rows)]);
    return rows.map((row, at) => presentRendition(row, tracks[at]!, jobs.get(row.jobId)));
  }

  private async tracksOf(rows: readonly RenditionRow[]): Promise<RenditionTracks[]> {
    const encodings = await this.encodings.findMany(rows.map(({ encodingId }) => encodingId));
    return rows.map(({ encodingId }) => tracksIn(encodings, encodingId));
  }
}

export function tracksIn(encodings: ReadonlyMap<string, Encoding>, encodingId: string): RenditionTracks {
  const main = encodings.get(encodingId);
  if (!main) throw new Failure('rendition-not-found', 'The rendition was deleted.');
  return { main, sound: (main.soundId && encodings.get(main.soundId)) || null };
}

/** Locks the encodings until the end of `tx`, the sound before the picture. */
async function ensureTracks(tx: EntityManager, preset: VideoPreset, video: SourceVideo) {
  const source = { sourceSha256: video.sha256 };
  const sound = video.hasAudio
    ? await EncodingStore.ensure(tx, { ...source, preset: soundPreset, version: presets[soundPreset].version, soundId: null })
    : null;
  const main =
    preset === soundPreset && sound
      ? sound
      : await EncodingStore.ensure(tx, { ...source, preset, version: presets[preset].version, soundId: sound?.id ?? null });
  return { mainId: main.id, isComplete: main.isComplete && (sound === null || sound.isComplete) };
}

/** The job of a rendition that is there already has ended: it reserves nothing, and only fits in or not. */
function reserveMinutes(tx: EntityManager, job: { readonly jobId: string; readonly ownerId: string }, { durationSeconds }: SourceVideo) {
  return usage.reserve(tx, { ...job, meter: 'videoMinutes', amount: (durationSeconds ?? 0) / 60, isEstimate: durationSeconds === null });
}

/** In the transaction that makes the rendition ready: its bytes and its minutes count in full for its owner, whoever else has the same. */
export async function countRendition(
  tx: EntityManager,
  { jobId, ownerId, encodingId }: { readonly jobId: string; readonly ownerId: string; readonly encodingId: string },
): Promise<void> {
  const tracks = tracksIn(await EncodingStore.load(tx, [encodingId]), encodingId);
  const bytes = bytesOf(tracks);
  if (!(await RenditionStore.count(tx, jobId, bytes))) return;
  await usage.record(tx, ownerId, 'storageBytes', bytes);
  await usage.record(tx, ownerId, 'videoMinutes', (tracks.main.durationSeconds ?? 0) / 60);
}

const noRendition = () => new Failure('rendition-not-found', 'The video has no such rendition.');
const noVideo = () => new Failure('video-not-found', 'There is no such video.');

/** @throws Failure `rendition-not-possible` */
function requirePossible(wanted: readonly VideoPreset[], video: SourceVideo): void {
  const possible = possiblePresets(video);
  const refused = wanted.find((preset) => !possible.includes(preset));
  if (!refused) return;
  const { codec } = presets[refused];
  const size = `The video has ${video.displayWidthPx} × ${video.displayHeightPx} pixels and is not enlarged`;
  const noEncoder = 'The ffmpeg of this installation has no AV1 encoder';
  const why = codec === null ? 'The video has no sound' : video.codecs.includes(codec) ? size : noEncoder;
  throw new Failure('rendition-not-possible', `${why}. Possible: ${possible.join(', ')}.`);
}

/** The order in which encodings of one source are locked, everywhere. */
const byPreset = (one: VideoPreset, other: VideoPreset) => videoPresets.indexOf(one) - videoPresets.indexOf(other);
