import { Controller } from '@nestjs/common';
import { drawVideoCurves, getVideoAnalysis, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { AnalysisService } from './analysis.service.ts';

@Controller()
export class AnalysisHandler {
  constructor(private readonly analyses: AnalysisService) {}

  @Handles(getVideoAnalysis)
  get({ videoId }: RequestOf<typeof getVideoAnalysis>) {
    return this.analyses.get(videoId);
  }

  @Handles(drawVideoCurves)
  draw(request: RequestOf<typeof drawVideoCurves>) {
    return this.analyses.draw(request);
  }
}
