import { Injectable } from '@nestjs/common';
import type { encodeVideoRendition } from '#contracts';
import type { JobHandler } from '#platform';
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
  ) {}

  readonly run: Handle = async ({ encodingId }, run) => {
    const { jobId, ownerId, signal } = run;
    const { claimed, heldBy } = await this.encodings.claim(encodingId, jobId);
    if (claimed.length > 0) {
      run.progress('encoding', 0);
      await this.encoder.encode(claimed, { jobId, signal, onPercent: (percent) => run.progress('encoding', percent) });
    }
    if (heldBy !== null) return run.defer({ phase: 'waiting', waitsFor: heldBy, atMostMs: longestWaitMs });
    return run.complete({ encodingId }, (tx) => countRendition(tx, { jobId, ownerId, encodingId }));
  };
}
