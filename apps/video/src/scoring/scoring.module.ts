import { Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import { CreateScoreRuns1795600600000 } from './score.migration.ts';
import { ScoreRunRow, ScoreStore } from './score.store.ts';
import { ScoreJanitor } from './score-janitor.service.ts';
import { ScorePartitionStore } from './score-partition.store.ts';
import { ScoreRunService } from './score-run.service.ts';
import { ScoringHandler } from './scoring.handler.ts';
import { ScoringService } from './scoring.service.ts';

/** Scoring of metadata, and saved runs. Serves `video.video.score.v1`, `video.score-run.*` and `video.score-row.*`. */
@Module({
  imports: [PlatformModule.forFeature({ entities: [ScoreRunRow], migrations: { schema: 'video', steps: [CreateScoreRuns1795600600000] } })],
  controllers: [ScoringHandler],
  providers: [ScoreStore, ScorePartitionStore, ScoringService, ScoreRunService, ScoreJanitor],
})
export class ScoringModule {}
