import { Module } from '@nestjs/common';
import { analyzeRecording } from '#contracts';
import { jobHandler } from '#platform';
import { MediaModule } from '../media/media.module.ts';
import { RecordingsModule } from '../recordings/recordings.module.ts';
import { TracksModule } from '../tracks/tracks.module.ts';
import { AnalysisHandler } from './analysis.handler.ts';
import { AnalysisService } from './analysis.service.ts';
import { AnalysisJob } from './analysis-job.service.ts';
import { RecordingAnalyzer } from './recording-analyzer.service.ts';

/** Analyses and waveforms of tracks. Serves `audio.analysis.*` and `audio.waveform.*`; runs the job `audio.recording.analyze`. */
@Module({
  imports: [MediaModule, RecordingsModule, TracksModule],
  controllers: [AnalysisHandler],
  providers: [AnalysisService, RecordingAnalyzer, AnalysisJob, jobHandler(analyzeRecording, AnalysisJob)],
  exports: [AnalysisService],
})
export class AnalysisModule {}
