import { Injectable } from '@nestjs/common';
import { type describeSavedVideo, Failure } from '#contracts';
import type { JobHandler } from '#platform';
import { ProviderProblem } from '../provider-search/provider.ts';
import { VideoDetailsService } from '../provider-search/video-details.service.ts';
import { SavedVideoStore } from './saved-video.store.ts';

/** Longest wait before the next try when the quota of the day is used up. */
const quotaWaitMs = 60 * 60_000;

@Injectable() // asks YouTube for the title, the channel and the duration of a saved video
export class DescribeVideoJob {
  constructor(
    private readonly videos: SavedVideoStore,
    private readonly details: VideoDetailsService,
  ) {}

  readonly run: JobHandler<typeof describeSavedVideo> = async ({ savedVideoId }, run) => {
    const key = { id: savedVideoId, ownerId: run.ownerId };
    const row = await this.videos.find(key);
    if (!row) throw new Failure('saved-video-not-found', 'The saved video was deleted.');
    run.progress('reading', 10);
    try {
      const details = await this.details.find(row.youTubeId, run.signal);
      return run.complete({ isFound: details !== undefined }, (tx) => SavedVideoStore.describe(tx, row, details));
    } catch (error) {
      if (!(error instanceof ProviderProblem)) throw error;
      if (error.state === 'quota-exceeded') return run.defer({ phase: 'waiting', atMostMs: quotaWaitMs });
      throw new Failure('remote-unreachable', error.message, { cause: error });
    }
  };
}
