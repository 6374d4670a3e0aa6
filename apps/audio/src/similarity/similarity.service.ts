import { Inject, Injectable } from '@nestjs/common';
import { camelotOf, Failure, type SimilarTrack, type TrackCopy } from '#contracts';
import { demuxerOf } from '#media';
import { BLOBS, requireSubject } from '#platform';
import type { BlobStore } from '#storage';
import { MediaPrograms } from '../media/media-programs.service.ts';
import { TrackService } from '../tracks/track.service.ts';
import type { TrackRow } from '../tracks/track.store.ts';
import { distancesBetween, type Sound, similarityOf } from './distances.ts';
import { type Candidate, type CopyCandidate, FeatureStore } from './features.store.ts';
import { align, fingerprintFile, secondsPerItem } from './fingerprint.ts';

/** Less than the deadline of the contract. */
const timeoutMs = 15_000;

@Injectable() // finds tracks of the same owner that are the same recording, or sound alike
export class SimilarityService {
  constructor(
    private readonly tracks: TrackService,
    private readonly features: FeatureStore,
    private readonly programs: MediaPrograms,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /** @throws Failure `track-not-found`, `analysis-not-ready`, `service-unavailable` */
  async copies(trackId: string, limit: number): Promise<TrackCopy[]> {
    const track = await this.ready(trackId);
    const fingerprint = await this.fingerprint(track);
    const candidates = await this.features.copyCandidates(requireSubject(), { trackId, sha256: track.sha256 }, fingerprint);
    const copies = candidates.flatMap((candidate) => copyOf(track, fingerprint, candidate) ?? []);
    return copies.sort((a, b) => Number(b.isSameFile) - Number(a.isSameFile) || b.similarity - a.similarity).slice(0, limit);
  }

  /** @throws Failure `track-not-found`, `analysis-not-ready` */
  async similar(trackId: string, limit: number): Promise<SimilarTrack[]> {
    const track = await this.ready(trackId);
    const { timbre = null } = (await this.features.find(track.sha256)) ?? {};
    const { bpm, key, mode, loudnessLufs } = track;
    const sound: Sound = { bpm, key, mode, loudnessLufs, timbre };
    const candidates = await this.features.similarCandidates(requireSubject(), trackId, bpm);
    const found = candidates.map((candidate) => similarTo(sound, candidate));
    return found.sort((a, b) => b.similarity - a.similarity || a.trackId.localeCompare(b.trackId)).slice(0, limit);
  }

  private async ready(trackId: string): Promise<TrackRow> {
    const track = await this.tracks.find(trackId);
    if (track.ready) return track;
    throw await this.tracks.unfinished(track);
  }

  /** Recordings that were analysed before fingerprints were made get theirs here. */
  private async fingerprint({ sha256, recording }: TrackRow): Promise<Uint32Array> {
    const known = (await this.features.find(sha256))?.fingerprint;
    if (known) return known;
    await this.programs.require();
    const options = { tools: this.programs.tools, demuxers: [demuxerOf[recording.media.container]], timeoutMs };
    const made = await this.blobs.withLocalFile(sha256, (path) => fingerprintFile(path, options)).catch(noneWhereUndecodable);
    await this.features.save(sha256, { fingerprint: made });
    return made;
  }
}

function copyOf(track: TrackRow, fingerprint: Uint32Array, candidate: CopyCandidate): TrackCopy | undefined {
  const { trackId, title, durationSeconds, loudnessLufs } = candidate;
  const isSameFile = candidate.sha256 === track.sha256;
  const loudnessDifferenceLu = loudnessLufs === null || track.loudnessLufs === null ? null : loudnessLufs - track.loudnessLufs;
  const found = { trackId, title, durationSeconds, isSameFile, loudnessDifferenceLu };
  if (isSameFile) return { ...found, similarity: 1, offsetSeconds: 0, overlapSeconds: durationSeconds ?? 0 };
  const aligned = candidate.fingerprint && align(fingerprint, candidate.fingerprint);
  if (!aligned) return undefined;
  const [offsetSeconds, overlapSeconds] = [aligned.offset * secondsPerItem, aligned.overlap * secondsPerItem];
  return { ...found, similarity: (1 + aligned.similarity) / 2, offsetSeconds, overlapSeconds };
}

function similarTo(sound: Sound, candidate: Candidate): SimilarTrack {
  const { trackId, title, durationSeconds, bpm, key, mode } = candidate;
  const distances = distancesBetween(sound, candidate);
  return { trackId, title, durationSeconds, bpm, camelot: camelotOf(key, mode), similarity: similarityOf(distances), distances };
}

function noneWhereUndecodable(error: unknown): Uint32Array {
  if (error instanceof Failure && error.code === 'media-undecodable') return new Uint32Array(0);
  throw error;
}
