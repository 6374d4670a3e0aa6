import { Controller } from '@nestjs/common';
import {
  deleteScoreRun,
  getScoreRun,
  listScoreRows,
  listScoreRuns,
  listScorers,
  type RequestOf,
  scoreVideos,
  updateScoreRun,
} from '#contracts';
import { Handles } from '#platform';
import { ScoreRunService } from './score-run.service.ts';
import { Scorers } from './scorers/scorers.service.ts';
import { ScoringService } from './scoring.service.ts';

@Controller()
export class ScoringHandler {
  constructor(
    private readonly scoring: ScoringService,
    private readonly runs: ScoreRunService,
    private readonly scorers: Scorers,
  ) {}

  @Handles(scoreVideos)
  score(request: RequestOf<typeof scoreVideos>) {
    return this.scoring.score(request);
  }

  @Handles(listScorers)
  listScorers() {
    return { items: this.scorers.list(), nextCursor: null };
  }

  @Handles(getScoreRun)
  get({ scoreRunId }: RequestOf<typeof getScoreRun>) {
    return this.runs.get(scoreRunId);
  }

  @Handles(listScoreRuns)
  list(request: RequestOf<typeof listScoreRuns>) {
    return this.runs.list(request);
  }

  @Handles(updateScoreRun)
  update(request: RequestOf<typeof updateScoreRun>) {
    return this.runs.update(request);
  }

  @Handles(deleteScoreRun)
  async remove({ scoreRunId, ifRevision }: RequestOf<typeof deleteScoreRun>) {
    await this.runs.remove(scoreRunId, ifRevision);
    return { deleted: true as const };
  }

  @Handles(listScoreRows)
  listRows(request: RequestOf<typeof listScoreRows>) {
    return this.runs.rows(request);
  }
}
