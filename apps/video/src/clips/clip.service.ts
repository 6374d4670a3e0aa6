import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type createVideoClip, encodeVideoClip, Failure, type Job, ownerFieldLimits, type RequestOf, stemOf } from '#contracts';
import { Database, JobStore, requireCall, requireSubject, usage } from '#platform';
import { outputRate } from '../renditions/ladder.ts';
import { AnalysisService } from '../understanding/analysis.service.ts';
import { VideoService } from '../videos/video.service.ts';
import { clipFrames, timeOfFrame } from './clip-frames.ts';

type Request = RequestOf<typeof createVideoClip>;

@Injectable() // decides which frames of somebody's video a clip has, and starts its job
export class ClipService {
  constructor(
    private readonly database: Database,
    private readonly videos: VideoService,
    private readonly analyses: AnalysisService,
    private readonly jobs: JobStore,
  ) {}

  /** @throws Failure `video-not-found`, `video-not-ready`, `time-outside-video`, `moment-not-found`, `quota-exceeded` */
  async create(request: Request): Promise<{ job: Job }> {
    const { videoId, title } = request;
    const video = await this.videos.find(videoId);
    if (!video.ready || video.durationSeconds === null) throw await this.videos.unfinished(video);
    const rate = outputRate(video.source.info.video);
    const frames = clipFrames(await this.spanOf(request, video.durationSeconds), rate, video.durationSeconds);
    if (!frames) throw outside(video.durationSeconds);
    const [startSeconds, endSeconds] = [timeOfFrame(frames.startFrame, rate), timeOfFrame(frames.endFrame, rate)];
    const { requestId, traceparent } = requireCall();
    const ownerId = requireSubject();
    const { tags, metadata, externalId, background } = request;
    const preset = request.preset && ('social-vertical' as const); // of each there is one version
    const input = {
      ...{ sha256: video.sha256, ...frames, preset, background, targetId: randomUUID() },
      fileName: `${stemOf(video.fileName)}-clip.mp4`,
      clipOf: { videoId, startSeconds, endSeconds },
      fields: {
        title: title || `${video.title.slice(0, ownerFieldLimits.titleLength - 7).toWellFormed()} (clip)`,
        tags,
        metadata,
        externalId,
      },
    };
    return this.database.transaction(async (tx) => {
      await usage.admit(tx, ownerId, 'storageBytes', 1);
      const order = { ownerId, input, subject: { videoId }, context: { requestId, traceparent } };
      const job = await this.jobs.enqueue(tx, encodeVideoClip, order);
      await usage.reserve(tx, { jobId: job.id, ownerId, meter: 'videoMinutes', amount: (endSeconds - startSeconds) / 60 });
      return { job };
    });
  }

  /** The whole video where neither times nor a moment are named. */
  private async spanOf({ videoId, startSeconds = 0, endSeconds, moment }: Request, durationSeconds: number) {
    if (moment === undefined) return { startSeconds, endSeconds: endSeconds ?? durationSeconds };
    const { moments } = await this.analyses.get(videoId);
    const chosen = moments[moment - 1];
    if (!chosen) throw new Failure('moment-not-found', `The video has ${moments.length} moments.`);
    return chosen;
  }
}

const outside = (seconds: number) => new Failure('time-outside-video', `The video is ${Math.floor(seconds * 1_000) / 1_000} s long.`);
