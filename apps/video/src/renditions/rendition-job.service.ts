import { Injectable } from '@nestjs/common';
import { encodeVideoRendition, Failure } from '#contracts';
import type { JobHandler } from '#platform';
import { type Encoding, type EncodingClaim, EncodingStore } from './encoding.store.ts';
import { countRendition, tracksIn } from './rendition.service.ts';
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
    const claims = await this.claimTracks(encodingId, run.jobId);
    const mine = claims.flatMap(({ id, claim }) => (claim.state === 'claimed' ? [id] : []));
    if (mine.length > 0) {
      run.progress('encoding', 0);
      const onPercent = (percent: number) => run.progress('encoding', percent);
      await this.encoder.encode(await this.load(mine), { jobId: run.jobId, signal: run.signal, onPercent });
    }
    const held = claims.find(({ claim }) => claim.state === 'held')?.claim;
    if (held?.state === 'held') return run.defer({ phase: 'waiting', waitsFor: held.jobId, atMostMs: longestWaitMs });
    const { jobId, ownerId } = run;
    return run.complete({ encodingId }, (tx) => countRendition(tx, { jobId, ownerId, encodingId }));
  };

  private async claimTracks(encodingId: string, jobId: string): Promise<{ readonly id: string; readonly claim: EncodingClaim }[]> {
    const { main, sound } = tracksIn(await this.encodings.findMany([encodingId]), encodingId);
    const claims: { id: string; claim: EncodingClaim }[] = [];
    for (const { id } of sound ? [sound, main] : [main]) claims.push({ id, claim: await this.encodings.claim(id, jobId) });
    if (claims.some(({ claim }) => claim.state === 'forgotten')) throw new Failure('rendition-not-found', 'The rendition was deleted.');
    return claims;
  }

  /** As they are after the claim: nobody else adds a segment any more. */
  private async load(ids: readonly string[]): Promise<Encoding[]> {
    const encodings = await this.encodings.findMany(ids);
    return ids.map((id) => encodings.get(id)!);
  }
}
