import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type AudioFormat, type encodeTrackRendition, Failure, failures } from '#contracts';
import { afterCommit, type JobHandler, usage } from '#platform';
import type { MediaInfo } from '../media/media-info.ts';
import { RecordingStore } from '../recordings/recording.store.ts';
import { type Encoding, type EncodingResult, EncodingStore, type StoredEncoding } from './encoding.store.ts';
import { encodingRatio, encodingSeconds, renditionsMade } from './rendition.metrics.ts';
import { RenditionStore } from './rendition.store.ts';
import { type Encodings, RenditionEncoder } from './rendition-encoder.service.ts';

/** The job that makes the same encoding wakes the waiting one when its attempt ends; this is for a wake-up that was lost. */
const longestWaitMs = 60_000;
const waitForProgramsMs = 10_000;

type Handle = JobHandler<typeof encodeTrackRendition>;
type Run = Parameters<Handle>[1];

@Injectable() // encodes once for all renditions that want the same, along with other levels that wait; a second job with the same encoding waits in the queue
export class RenditionJob {
  constructor(
    private readonly encodings: EncodingStore,
    private readonly recordings: RecordingStore,
    private readonly encoder: RenditionEncoder,
  ) {}

  readonly run: Handle = async ({ encodingId }, run) => {
    const claim = await this.encodings.claim(encodingId, run.jobId);
    if (claim.state === 'held') return run.defer({ phase: 'waiting', waitsFor: claim.jobId, atMostMs: longestWaitMs });
    const encoding = await this.encodings.find(encodingId);
    if (!encoding || claim.state === 'forgotten') throw deleted(); // as when a deleted rendition's job is run again
    return claim.state === 'done' ? this.share(encoding, run) : this.encode(encoding, run);
  };

  /** While ffmpeg cannot run, the job waits and no attempt is counted. */
  private async encode(encoding: Encoding, run: Run): ReturnType<Handle> {
    const recording = await this.recordings.find(encoding.sourceSha256);
    if (!recording) throw deleted();
    const startedAt = performance.now();
    // An attempt that ended without a word, as when memory ran out, may have had too much company.
    const companions = run.attempt > 1 ? [] : await this.encodings.claimCompanions(encoding, run.jobId);
    const made = await this.encodeTogether(encoding, companions, recording.media, run).catch((error: unknown) => {
      countFailure(error, encoding, run);
      throw error;
    });
    if (!made) return run.defer({ phase: 'waiting', atMostMs: waitForProgramsMs });
    run.progress('storing', 99);
    const [own, ...others] = made;
    return run.complete({ encodingId: encoding.id }, async (tx) => {
      await EncodingStore.lock(
        tx,
        made.map(({ id }) => id),
      );
      const seconds = (performance.now() - startedAt) / 1_000;
      if (!(await EncodingStore.save(tx, own!.id, own!.stored))) throw deleted();
      for (const { id, stored } of others)
        if (await EncodingStore.save(tx, id, stored)) await EncodingStore.leaveUncounted(tx, id, seconds);
      await finish(tx, run, own!.stored);
      afterCommit(tx, () => countEncoded(encoding.format, own!.stored.result, seconds));
    });
  }

  /**
   * What fails in company may be another level's fault: it is then tried alone, and each of the others by its own job.
   *
   * @returns first the encoding itself; undefined while ffmpeg cannot run
   */
  private async encodeTogether(
    encoding: Encoding,
    companions: readonly Encoding[],
    media: MediaInfo,
    run: Run,
  ): Promise<Made[] | undefined> {
    const onProgress = (phase: 'encoding' | 'measuring', share: number) => run.progress(phase, Math.floor(95 * share));
    const encode = async (encodings: Encodings) => {
      const stored = await this.encoder.encode(encodings, media, { signal: run.signal, onProgress });
      return stored?.map((each, at) => ({ id: encodings[at]!.id, stored: each }));
    };
    if (companions.length === 0) return encode([encoding]);
    try {
      return await encode([encoding, ...companions]);
    } catch (error) {
      if (run.signal.aborted) throw error;
      await this.encodings.part(encoding, companions, run.jobId);
      return encode([encoding]);
    }
  }

  /** Another job has made the same encoding, for itself or along with its own. */
  private async share({ id, format, sizeBytes, result }: Encoding, run: Run): ReturnType<Handle> {
    if (sizeBytes === null || result === null) throw deleted();
    return run.complete({ encodingId: id }, async (tx) => {
      await EncodingStore.lock(tx, [id]);
      const seconds = await EncodingStore.takeUncounted(tx, id);
      await finish(tx, run, { sizeBytes, result });
      afterCommit(tx, () => {
        if (seconds === undefined) renditionsMade.inc({ level: result.level, format, result: 'shared' });
        else countEncoded(format, result, seconds);
      });
    });
  }
}

interface Made {
  readonly id: string;
  readonly stored: StoredEncoding;
}

function countEncoded(format: AudioFormat, { level, compressionRatio }: EncodingResult, seconds: number): void {
  const labels = { level, format };
  renditionsMade.inc({ ...labels, result: 'encoded' });
  encodingSeconds.observe(labels, seconds);
  encodingRatio.observe(labels, compressionRatio);
}

/** The bytes count in full for each owner, from when the rendition is ready; not again for one that was ready before. */
async function finish(
  tx: EntityManager,
  { jobId }: Run,
  { sizeBytes, result }: Pick<StoredEncoding, 'sizeBytes' | 'result'>,
): Promise<void> {
  const ownerId = await RenditionStore.finish(tx, jobId, result.level);
  if (ownerId !== undefined) await usage.record(tx, ownerId, 'storageBytes', sizeBytes);
}

/** Only what a retry cannot mend; a cancelled job has made no rendition. */
function countFailure(error: unknown, { level, format }: Encoding, { signal }: Run): void {
  if (signal.aborted || failures[Failure.from(error).code].status >= 499) return;
  renditionsMade.inc({ level, format, result: 'failed' });
}

const deleted = () => new Failure('rendition-not-found', 'The rendition was deleted: there is nothing to encode.');
