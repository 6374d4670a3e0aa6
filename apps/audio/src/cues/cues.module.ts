import { Module } from '@nestjs/common';
import { AnalysisModule } from '../analysis/analysis.module.ts';
import { TracksModule } from '../tracks/tracks.module.ts';
import { CueHandler } from './cue.handler.ts';
import { CueService } from './cue.service.ts';

/** Cue points and beat grids as data and as files for DJ programs. Serves `audio.track-cues.*`. */
@Module({
  imports: [TracksModule, AnalysisModule],
  controllers: [CueHandler],
  providers: [CueService],
})
export class CuesModule {}
