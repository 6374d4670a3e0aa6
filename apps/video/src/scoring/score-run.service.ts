import { Inject, Injectable } from '@nestjs/common';
import { Failure, type listScoreRows, type RequestOf, type ScoreRowPage, type ScoreRun, type updateScoreRun } from '#contracts';
import { requireSubject } from '#platform';
import { presentOwned } from '#storage';
import { type ListScoreRuns, type ScoreRunRow, ScoreStore } from './score.store.ts';
import { keptUntil } from './score-months.ts';
import { SCORING_CONFIG, type ScoringConfig } from './scoring.config.ts';

@Injectable() // reads, changes and deletes saved runs
export class ScoreRunService {
  constructor(
    private readonly scores: ScoreStore,
    @Inject(SCORING_CONFIG) private readonly config: Pick<ScoringConfig, 'VIDEO_SCORE_KEEP_MONTHS'>,
  ) {}

  /** @throws Failure `score-run-not-found`, also for a run of somebody else */
  async get(scoreRunId: string): Promise<ScoreRun> {
    return this.present(await this.find(scoreRunId));
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  async list(request: ListScoreRuns): Promise<{ items: ScoreRun[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.scores.list(requireSubject(), request);
    const wanted = new Set(request.fields ?? []);
    const summaryOf = ({ groups, badLines, ...run }: ScoreRun) =>
      ({ ...run, ...(wanted.has('groups') && { groups }), ...(wanted.has('badLines') && { badLines }) }) as ScoreRun;
    return { items: items.map((row) => summaryOf(this.present(row))), nextCursor };
  }

  /** @throws Failure `score-run-not-found`, `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  async update({ scoreRunId, ...changes }: RequestOf<typeof updateScoreRun>): Promise<ScoreRun> {
    const row = await this.scores.update({ id: scoreRunId, ownerId: requireSubject() }, changes);
    if (!row) throw notFound();
    return this.present(row);
  }

  /** @throws Failure `score-run-not-found`, `precondition-failed` */
  async remove(scoreRunId: string, ifRevision?: number): Promise<void> {
    if (!(await this.scores.remove({ id: scoreRunId, ownerId: requireSubject() }, ifRevision))) throw notFound();
  }

  /** @throws Failure `score-run-not-found`; `request-invalid` for a wrong cursor */
  async rows({ scoreRunId, ...page }: RequestOf<typeof listScoreRows>): Promise<ScoreRowPage> {
    return this.scores.rows(await this.find(scoreRunId), page);
  }

  private async find(id: string): Promise<ScoreRunRow> {
    const row = await this.scores.find({ id, ownerId: requireSubject() });
    if (!row) throw notFound();
    return row;
  }

  private present(row: ScoreRunRow): ScoreRun {
    const { rowCount, refusedCount, method, methodReason, computeMs, scorer, columns, groupBy, groups, badLines, rowsAt } = row;
    return {
      ...{ kind: 'score-run', ...presentOwned(row), state: 'ready', job: null, problem: null },
      ...{ rowCount, refusedCount, method, methodReason, computeMs, scorer, columns, groupBy, groups, badLines },
      rowsKeptUntil: keptUntil(rowsAt, this.config.VIDEO_SCORE_KEEP_MONTHS).toISOString(),
    };
  }
}

const notFound = () => new Failure('score-run-not-found', 'There is no such score run.');
