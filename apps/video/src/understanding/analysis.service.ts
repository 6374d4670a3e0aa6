import { Injectable } from '@nestjs/common';
import type { drawVideoCurves, RequestOf, VideoAnalysis } from '#contracts';
import { VideoService } from '../videos/video.service.ts';
import { AnalysisStore } from './analysis.store.ts';
import { curvesChart } from './curves-chart.ts';

@Injectable() // tells owners what was found in their videos
export class AnalysisService {
  constructor(
    private readonly videos: VideoService,
    private readonly analyses: AnalysisStore,
  ) {}

  /** @throws Failure `video-not-found`, `video-not-ready` */
  async get(videoId: string): Promise<VideoAnalysis> {
    const video = await this.videos.find(videoId);
    const found = video.ready ? await this.analyses.find(video.sha256) : undefined;
    if (!found) throw await this.videos.unfinished(video);
    const { transitions: _, scenes, black, frozen, blurred, silent, loudnessLufs, moments, curves } = found.analysis;
    return {
      ...{ videoId, scenes: [...scenes], black: [...black], frozen: [...frozen], blurred: [...blurred], silent: [...silent], loudnessLufs },
      moments: moments.map((moment) => ({ ...moment, reasons: [...moment.reasons] })),
      curves: { ...curves, motion: [...curves.motion], brightness: [...curves.brightness], loudness: [...curves.loudness] },
      analyzedAt: found.analyzedAt.toISOString(),
    };
  }

  /** @throws Failure `video-not-found`, `video-not-ready` */
  async draw({ videoId, widthPx, heightPx }: RequestOf<typeof drawVideoCurves>): Promise<{ svg: string }> {
    const { curves, scenes } = await this.get(videoId);
    return { svg: curvesChart(curves, scenes, { widthPx, heightPx }) };
  }
}
