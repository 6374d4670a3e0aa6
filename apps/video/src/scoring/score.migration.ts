import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownedColumns, ownedIndexes } from '#storage';

/** Runs are rows of an owner. Their scored rows are partitioned by the month in which they were written, so that old ones go by dropping a table. The key
 * is the month itself: of a time the planner would not know that all rows of a run have the same one, expect few rows, and sort them. */
export class CreateScoreRuns1795600600000 implements MigrationInterface {
  readonly name = 'CreateScoreRuns1795600600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE video.score_run (
        ${ownedColumns},
        rows_at       timestamptz NOT NULL,
        row_count     integer NOT NULL CHECK (row_count > 0),
        refused_count integer NOT NULL,
        method        text NOT NULL,
        method_reason text NOT NULL,
        compute_ms    float8 NOT NULL,
        columns       jsonb NOT NULL,
        group_by      text,
        groups        jsonb NOT NULL,
        bad_lines     jsonb NOT NULL
      )`);
    for (const index of ownedIndexes('video.score_run')) await runner.query(index);
    await runner.query('CREATE INDEX score_run_rows_at ON video.score_run (rows_at)');
    await runner.query(`
      CREATE TABLE video.score_row (
        run_id                uuid NOT NULL,
        month                 date NOT NULL,
        line                  integer NOT NULL,
        place                 integer NOT NULL,
        score                 float8 NOT NULL,
        percentile_rank       float8 NOT NULL,
        group_percentile_rank float8,
        id                    text NOT NULL,
        group_name            text,
        z_scores              float8[] NOT NULL,
        PRIMARY KEY (run_id, line, month)
      ) PARTITION BY RANGE (month)`);
    await runner.query('CREATE INDEX score_row_place ON video.score_row (run_id, place)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE video.score_row, video.score_run');
  }
}

/** Runs tell which scorer gave their scores. */
export class AddScorerToScoreRuns1798700000000 implements MigrationInterface {
  readonly name = 'AddScorerToScoreRuns1798700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE video.score_run ADD COLUMN scorer text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE video.score_run DROP COLUMN scorer');
  }
}
