import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure, inspectVideo } from '#contracts';
import { BLOBS, type JobHandler, usage } from '#platform';
import type { BlobStore } from '#storage';
import { type EmbeddedCaption, keepEmbedded } from '../captions/embedded-caption.store.ts';
import { EmbeddedCaptionReader } from '../captions/embedded-captions.service.ts';
import { FingerprintStore } from '../look-alikes/fingerprint.store.ts';
import { MediaPrograms } from '../media/media-programs.service.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { AnalysisStore } from '../understanding/analysis.store.ts';
import type { MeasuredVideo } from '../understanding/measure-video.ts';
import { VideoMeasurer } from '../understanding/video-measurer.service.ts';
import { type Source, SourceStore, type Verdict } from '../videos/source.store.ts';
import { choosePoster } from './choose-poster.ts';
import { inspections } from './inspection.metrics.ts';
import { keepPictures, type StoredPicture } from './picture.store.ts';
import { PictureMaker } from './picture-maker.service.ts';
import { thumbnailRequest } from './picture-names.ts';

/** The job that inspects the same bytes wakes the waiting one when its attempt ends; this is for a wake-up that was lost. */
const longestWaitMs = 60_000;
const waitForProgramsMs = 10_000;
/** Of the job's time; the rest is for the pictures. */
const decodeTimeoutMs = 50 * 60_000;
const pictureTimeoutMs = 4 * 60_000;
const captionTimeoutMs = 60_000;
/** Percent of the job when its first part is done, and its second. */
const decodedPercent = 70;
const posterPercent = 80;
const storyboardPercent = 90;

type Handle = JobHandler<typeof inspectVideo>;
type Run = Parameters<Handle>[1];

interface Inspected {
  readonly verdict: Verdict;
  readonly measured: MeasuredVideo;
  readonly pictures: readonly StoredPicture[];
  readonly captions: readonly EmbeddedCaption[];
}

@Injectable() // reads a new video whole, once for all videos with the same bytes; a second job with them waits in the queue
export class InspectionJob {
  constructor(
    private readonly sources: SourceStore,
    private readonly maker: PictureMaker,
    private readonly measurer: VideoMeasurer,
    private readonly captions: EmbeddedCaptionReader,
    private readonly programs: MediaPrograms,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  readonly run: Handle = async ({ sha256 }, run) => {
    const claim = await this.sources.claim(sha256, run.jobId);
    switch (claim.state) {
      case 'held':
        return run.defer({ phase: 'waiting', waitsFor: claim.jobId, atMostMs: longestWaitMs });
      case 'inspected':
        return run.complete({ sha256 }, (tx) => finish(tx, sha256, run));
      case 'forgotten': // as when a deleted video's job is run again
        throw deleted();
      case 'claimed':
        return this.inspect(sha256, run);
    }
  };

  /** While ffmpeg cannot run, the job waits and no attempt is counted. */
  private async inspect(sha256: string, run: Run): ReturnType<Handle> {
    const source = await this.sources.find(sha256);
    if (!source) throw deleted();
    const canRun = await this.programs.require().then(
      () => true,
      () => false,
    );
    if (!canRun) return run.defer({ phase: 'waiting', atMostMs: waitForProgramsMs });
    const { verdict, measured, pictures, captions } = await counted(() =>
      this.blobs.withLocalFile(sha256, (path) => this.read(path, source, run)),
    );
    return run.complete({ sha256 }, async (tx) => {
      if (!(await SourceStore.lock(tx, sha256))) throw deleted();
      await keepPictures(tx, sha256, pictures);
      await keepEmbedded(tx, sha256, captions);
      await AnalysisStore.save(tx, sha256, measured.understanding);
      await FingerprintStore.save(tx, sha256, Buffer.from(measured.fingerprint));
      await SourceStore.save(tx, sha256, verdict);
      await count(tx, sha256, run);
    });
  }

  private async read(path: string, { info }: Source, run: Run): Promise<Inspected> {
    const { signal } = run;
    const onProgress = (share: number) => run.progress('decoding', decodedPercent * share);
    const tools = this.programs.tools;
    const measured = await this.measurer.measure(path, info, { timeoutMs: decodeTimeoutMs, signal, onProgress });
    const { verification: decoded } = measured;
    const known: VideoInfo = { ...info, durationSeconds: decoded.durationSeconds };
    run.progress('poster', decodedPercent);
    const making = { timeoutMs: pictureTimeoutMs, signal };
    const { timeSeconds: posterSeconds } = await choosePoster(path, known, { tools, ...making });
    const poster = await this.maker.thumbnail(
      path,
      known,
      thumbnailRequest(info.video, { timeSeconds: posterSeconds, format: 'jpeg' }),
      making,
    );
    run.progress('storyboard', posterPercent);
    const board = known.durationSeconds === null ? [] : await this.maker.storyboard(path, known, making);
    run.progress('captions', storyboardPercent);
    const { captions, isIncomplete } = await this.captions.read(path, known, { timeoutMs: captionTimeoutMs, signal });
    const warnings = [...decoded.warnings, ...(isIncomplete ? (['subtitles-unreadable'] as const) : [])];
    return { verdict: { ...decoded, warnings, posterSeconds }, measured, pictures: [poster, ...board], captions };
  }
}

/** Another job has inspected the same bytes; they count in full for this owner too. */
async function finish(tx: EntityManager, sha256: string, run: Run): Promise<void> {
  await SourceStore.fillVideos(tx, sha256);
  await count(tx, sha256, run);
}

/** In the transaction that ends the job: once for each job, however many attempts it took. */
const count = async (tx: EntityManager, sha256: string, { ownerId }: Run) =>
  usage.record(tx, ownerId, 'videoMinutes', await SourceStore.minutesOf(tx, sha256));

const deleted = () => new Failure('video-not-found', 'The video was deleted: there is nothing to read.');

async function counted<T>(inspect: () => Promise<T>): Promise<T> {
  const ended = inspections.seconds.startTimer();
  try {
    const inspected = await inspect();
    ended();
    inspections.total.inc({ result: 'succeeded' });
    return inspected;
  } catch (error) {
    inspections.total.inc({ result: error instanceof Failure && error.code === 'cancelled' ? 'stopped' : 'failed' });
    throw error;
  }
}
