import { Injectable } from '@nestjs/common';
import {
  Failure,
  type locateVideoSegment,
  type ReplyOf,
  type RequestOf,
  unfinished,
  type VideoRendition,
  type VideoSegments,
  type VideoStreams,
} from '#contracts';
import { type Encoding, EncodingStore } from './encoding.store.ts';
import { soundPreset } from './presets.ts';
import type { RenditionTracks } from './rendition.presenter.ts';
import { RenditionService } from './rendition.service.ts';

type Located = ReplyOf<typeof locateVideoSegment>;
type TrackOf = Pick<RequestOf<typeof locateVideoSegment>, 'videoId' | 'renditionId' | 'track'>;

/** A segment of 4 s and a buffer of twice the highest rate, as the encoder is told: until all is measured. */
const expectedPeak = 1.5;

@Injectable() // says what a player can play, while it is encoded and afterwards
export class StreamService {
  constructor(
    private readonly renditions: RenditionService,
    private readonly encodings: EncodingStore,
  ) {}

  /** @throws Failure `video-not-found`; `rendition-not-ready` when nothing can be played yet */
  async list(videoId: string): Promise<VideoStreams> {
    const made = await this.renditions.allOf(videoId);
    const all = made.filter(({ rendition, tracks }) => rendition.state !== 'failed' && isPlayable(tracks));
    if (all.length === 0) throw unplayable(made.map(({ rendition }) => rendition));
    const pictures = all.flatMap(({ rendition, tracks: { main, sound } }) => {
      const { widthPx, heightPx, frameRate } = main;
      if (widthPx === null || heightPx === null || frameRate === null) return [];
      return [{ renditionId: rendition.id, widthPx, heightPx, frameRate, ...rates(main), hasSound: sound !== null }];
    });
    // One video has one sound, so any of its renditions leads to it.
    const heard = all.find(({ tracks: { main, sound } }) => sound !== null || main.preset === soundPreset);
    const isAlone = all.some(({ tracks: { main } }) => main.preset === soundPreset);
    return {
      pictures: pictures.sort((a, b) => b.heightPx * b.widthPx - a.heightPx * a.widthPx || Number(isNewer(a)) - Number(isNewer(b))),
      sound: heard ? { renditionId: heard.rendition.id, ...rates(heard.tracks.sound ?? heard.tracks.main), isAlone } : null,
    };
  }

  /** @throws Failure `rendition-not-found`, `rendition-not-ready`, `segment-not-found` */
  async segments(track: TrackOf): Promise<VideoSegments> {
    const { id, isComplete, segmentSeconds } = await this.trackOf(track);
    const segments = await this.encodings.segments(id);
    if (segmentSeconds === null || segments.length === 0) throw new Failure('rendition-not-ready', 'There is no segment yet.');
    const segmentDurationsSeconds = segments.map(({ durationSeconds }) => durationSeconds);
    return { isComplete, targetDurationSeconds: targetOf(segmentSeconds, segmentDurationsSeconds), segmentDurationsSeconds };
  }

  /** @throws Failure `rendition-not-found`, `segment-not-found` */
  async locate({ index, ...track }: RequestOf<typeof locateVideoSegment>): Promise<Located> {
    const encoding = await this.trackOf(track);
    const contentType = track.track === 'video' ? 'video/mp4' : 'audio/mp4';
    if (index === 'init') {
      const { initSha256: sha256, initSizeBytes: sizeBytes } = encoding;
      if (sha256 === null || sizeBytes === null) throw notFound();
      return { sha256, sizeBytes, contentType, fileName: 'init.mp4' };
    }
    const segment = await this.encodings.segment(encoding.id, index);
    if (!segment) throw notFound();
    return { sha256: segment.sha256, sizeBytes: segment.sizeBytes, contentType, fileName: `${index}.m4s` };
  }

  private async trackOf({ track, ...key }: TrackOf): Promise<Encoding> {
    const { main, sound } = await this.renditions.tracks(key);
    const isSound = main.preset === soundPreset;
    const found = track === 'video' ? (isSound ? null : main) : isSound ? main : sound;
    if (!found) throw new Failure('segment-not-found', `The rendition has no ${track} track.`);
    return found;
  }
}

/** Failed only where all have failed: one that is being encoded can be played soon. */
function unplayable(renditions: readonly VideoRendition[]): Failure {
  const [failed] = renditions;
  if (failed && renditions.every(({ state }) => state === 'failed')) return unfinished('rendition', failed);
  return new Failure('rendition-not-ready', 'The video has no rendition with a segment that can be played yet.');
}
/** Players that choose by size alone take the first one of a size: it is the one that all can play. */
const isNewer = ({ codec }: { readonly codec: string }) => !codec.startsWith('avc1');

const notFound = () => new Failure('segment-not-found', 'The rendition has no such segment, or not yet.');

const isPlayable = ({ main, sound }: RenditionTracks) => main.segmentCount > 0 && (sound === null || sound.segmentCount > 0);

/** Segments to come are no longer than they were meant to be: the value must not change while the playlist grows. */
const targetOf = (segmentSeconds: number, durations: readonly number[]) =>
  durations.reduce((longest, seconds) => Math.max(longest, Math.round(seconds)), segmentSeconds);

function rates({ codec, averageBitRate, peakBitRate, maxBitRate, isComplete }: Encoding) {
  const highest = maxBitRate ?? 0;
  return {
    codec: codec ?? '',
    isComplete,
    averageBitRate: averageBitRate ?? highest,
    peakBitRate: peakBitRate ?? Math.round(expectedPeak * highest),
  };
}
