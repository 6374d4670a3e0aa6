import { Module } from '@nestjs/common';
import { readScorePart } from '#contracts';
import { erasedBy, jobHandler, PlatformModule } from '#platform';
import { ScorePartJob } from './part.job.ts';
import { PartStore } from './part.store.ts';
import { PartReader } from './part-reader.service.ts';
import { AddScorerToScoreRuns1798700000000, CreateScoreRuns1795600600000 } from './score.migration.ts';
import { ScoreRunRow, ScoreStore } from './score.store.ts';
import { ScoreJanitor } from './score-janitor.service.ts';
import { ScorePartitionStore } from './score-partition.store.ts';
import { ScoreRunService } from './score-run.service.ts';
import { Scorers } from './scorers/scorers.service.ts';
import { SCORING_CONFIG, type ScoringConfig } from './scoring.config.ts';
import { ScoringHandler } from './scoring.handler.ts';
import { ScoringService } from './scoring.service.ts';

const partsPerOwner = { from: SCORING_CONFIG, read: (config: ScoringConfig) => config.VIDEO_SCORE_PARTS_PER_USER };

/**
 * Scoring of metadata, and saved runs. Serves `video.video.score.v1`, `video.score-run.*` and `video.score-row.*`; runs the job `video.score-part.read`, which
 * reads a part of a body for another copy of the service.
 */
@Module({
  imports: [
    PlatformModule.forFeature({
      entities: [ScoreRunRow],
      migrations: { schema: 'video', steps: [CreateScoreRuns1795600600000, AddScorerToScoreRuns1798700000000] },
    }),
  ],
  controllers: [ScoringHandler],
  providers: [
    ...[ScoreStore, ScorePartitionStore, ScoringService, ScoreRunService, ScoreJanitor],
    erasedBy('video.score_run', ScoreRunService, (runs, id) => runs.remove(id)),
    ...[Scorers, PartStore, PartReader, ScorePartJob, jobHandler(readScorePart, ScorePartJob, { maxPerOwner: partsPerOwner })],
  ],
})
export class ScoringModule {}
