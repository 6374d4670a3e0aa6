import { Controller } from '@nestjs/common';
import { drawWaveform, getAnalysis, getWaveform, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { AnalysisService } from './analysis.service.ts';

@Controller()
export class AnalysisHandler {
  constructor(private readonly analyses: AnalysisService) {}

  @Handles(getAnalysis)
  get({ trackId }: RequestOf<typeof getAnalysis>) {
    return this.analyses.get(trackId);
  }

  @Handles(getWaveform)
  waveform({ trackId, widthPx }: RequestOf<typeof getWaveform>) {
    return this.analyses.waveform(trackId, widthPx);
  }

  @Handles(drawWaveform)
  draw({ trackId, ...picture }: RequestOf<typeof drawWaveform>) {
    return this.analyses.draw(trackId, picture);
  }
}
