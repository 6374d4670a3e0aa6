import { Injectable } from '@nestjs/common';
import type { encodeVideoRendition } from '#contracts';
import { withPrograms } from '#media';
import type { JobHandler } from '#platform';
import { MediaPrograms, untilProgramsRun } from '../media/media-programs.service.ts';
import { EncodingStore } from './encoding.store.ts';
import { countRendition } from './rendition.service.ts';
import { RenditionEncoder } from './rendition-encoder.service.ts';

/** The job that encodes the same track wakes the waiting one when its attempt ends; this is for a wake-up that was lost. */
const longestWaitMs = 60_000;

type Handle = JobHandler<typeof encodeVideoRendition>;

@Injectable() // makes a rendition: encodes what nobody else encodes of its tracks, and waits in the queue for the rest
export class RenditionJob {
  constructor(
    private readonly encodings: EncodingStore,
    private readonly encoder: RenditionEncoder,
    private readonly programs: MediaPrograms,
  ) {}

  readonly run: Handle = async ({ encodingId }, run) => {
    const { jobId, ownerId } = run;
    const heldBy = await withPrograms(this.programs, () => this.encodeFree(encodingId, run));
    if (heldBy === undefined) return run.defer(untilProgramsRun);
    if (heldBy !== null) return run.defer({ phase: 'waiting', waitsFor: heldBy, atMostMs: longestWaitMs });
    return run.complete({ encodingId }, (tx) => countRendition(tx, { jobId, ownerId, encodingId }));
  };

  /**
   * Encodes the tracks that no other job encodes.
   *
   * @returns the job that encodes another track; null when there is none
   */
  private async encodeFree(encodingId: string, run: Parameters<Handle>[1]): Promise<string | null> {
    const { jobId, signal } = run;
    const { claimed, heldBy } = await this.encodings.claim(encodingId, jobId);
    if (claimed.length > 0) {
      let phase: Parameters<typeof run.progress>[0] = 'encoding';
      run.progress(phase, 0);
      const onPercent = (percent: number) => run.progress(phase, percent);
      const onFallback = () => {
        phase = 'encoding-in-software';
        onPercent(0);
      };
      await this.encoder.encode(claimed, { jobId, signal, onPercent, onFallback });
    }
    return heldBy;
  }
}
