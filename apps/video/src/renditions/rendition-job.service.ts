import { Injectable } from '@nestjs/common';
import { type encodeVideoRendition, Failure } from '#contracts';
import type { JobHandler } from '#platform';
import { MediaPrograms } from '../media/media-programs.service.ts';
import { type Encoding, EncodingStore } from './encoding.store.ts';
import { countRendition } from './rendition.service.ts';
import { type EncodeRun, RenditionEncoder } from './rendition-encoder.service.ts';

/** The job that encodes the same track wakes the waiting one when its attempt ends; this is for a wake-up that was lost. */
const longestWaitMs = 60_000;

const untilProgramsRun = { phase: 'waiting', atMostMs: 10_000 } as const;

type Handle = JobHandler<typeof encodeVideoRendition>;

@Injectable() // makes a rendition: encodes what nobody else encodes of its tracks, and waits in the queue for the rest
export class RenditionJob {
  constructor(
    private readonly encodings: EncodingStore,
    private readonly encoder: RenditionEncoder,
    private readonly programs: MediaPrograms,
  ) {}

  readonly run: Handle = async ({ encodingId }, run) => {
    const { jobId, ownerId, signal } = run;
    if (!(await isFulfilled(this.programs.require()))) return run.defer(untilProgramsRun);
    const { claimed, heldBy } = await this.encodings.claim(encodingId, jobId);
    if (claimed.length > 0) {
      run.progress('encoding', 0);
      const onPercent = (percent: number) => run.progress('encoding', percent);
      if (!(await this.encode(claimed, { jobId, signal, onPercent }))) return run.defer(untilProgramsRun);
    }
    if (heldBy !== null) return run.defer({ phase: 'waiting', waitsFor: heldBy, atMostMs: longestWaitMs });
    return run.complete({ encodingId }, (tx) => countRendition(tx, { jobId, ownerId, encodingId }));
  };

  /** @returns false while ffmpeg cannot run: the job waits and no attempt is counted */
  private async encode(tracks: readonly Encoding[], run: EncodeRun): Promise<boolean> {
    try {
      await this.encoder.encode(tracks, run);
      return true;
    } catch (error) {
      if (!mayLackProgram(error) || (await isFulfilled(this.programs.requireAnew()))) throw error;
      return false;
    }
  }
}

/** `internal`: not started. `media-undecodable`: exited with an error, as a wrapper does when it cannot execute the program. */
const mayLackProgram = (error: unknown): boolean =>
  error instanceof Failure && (error.code === 'internal' || error.code === 'media-undecodable');

const isFulfilled = (check: Promise<unknown>): Promise<boolean> =>
  check.then(
    () => true,
    () => false,
  );
