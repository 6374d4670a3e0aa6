import { Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import type { listSimilarVideos, ReplyOf, RequestOf } from '#contracts';
import { requireSubject } from '#platform';
import { VideoService } from '../videos/video.service.ts';
import type { Comparison } from './compare-fingerprints.ts';
import type { CompareInput } from './compare-videos.worker.ts';
import { FingerprintStore } from './fingerprint.store.ts';

const compareVideos = task<CompareInput, Comparison[]>('./compare-videos.worker', import.meta.url);
/** So many are compared whole: those with most tokens in common. */
const mostCandidates = 30;

@Injectable() // finds copies of a video among the videos of its owner
export class LookAlikeService {
  constructor(
    private readonly videos: VideoService,
    private readonly fingerprints: FingerprintStore,
    private readonly compute: Compute,
  ) {}

  /** @throws Failure `video-not-found`, `video-not-ready`, `overloaded` */
  async list({ videoId, limit }: RequestOf<typeof listSimilarVideos>): Promise<ReplyOf<typeof listSimilarVideos>> {
    const video = await this.videos.find(videoId);
    const fingerprint = video.ready ? await this.fingerprints.find(video.sha256) : undefined;
    if (!fingerprint) throw await this.videos.unfinished(video);
    const candidates = await this.fingerprints.candidates(requireSubject(), videoId, fingerprint, mostCandidates);
    if (candidates.length === 0) return { items: [], nextCursor: null };
    const others = candidates.map((candidate) => candidate.fingerprint);
    const compared = await this.compute.run(compareVideos, { fingerprint, others });
    const items = candidates.map(({ videoId: id, title }, index) => ({ videoId: id, title, ...compared[index]! }));
    return {
      items: items
        .filter(({ similarity }) => similarity > 0)
        .sort((a, b) => b.similarity - a.similarity)
        .slice(0, limit)
        .map((item) => ({ ...item, spans: [...item.spans] })),
      nextCursor: null,
    };
  }
}
