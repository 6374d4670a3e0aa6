/** Requests to the language model by owner and day, for all copies of the service. */
import { Injectable } from '@nestjs/common';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Database } from '#platform';
import { queryRows, type SchemaMigrations } from '#storage';

class CreateLlmBudget1796100000000 implements MigrationInterface {
  readonly name = 'CreateLlmBudget1796100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE posts.llm_budget (
        owner_id uuid PRIMARY KEY,
        day      date NOT NULL,             -- in UTC; an older one counts as none
        requests integer NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE posts.llm_budget');
  }
}

export const llmBudgetMigrations: SchemaMigrations = { schema: 'posts', steps: [CreateLlmBudget1796100000000] };

@Injectable()
export class LlmBudgetStore {
  constructor(private readonly database: Database) {}

  /**
   * Takes one request of today. One statement: of requests at the same time none exceeds the limit.
   *
   * @returns seconds until the next day where none is left; undefined once it is taken
   */
  async take(ownerId: string, limit: number): Promise<number | undefined> {
    const sql = `WITH today AS (SELECT (now() AT TIME ZONE 'UTC')::date AS day),
      taken AS (
        INSERT INTO posts.llm_budget AS b (owner_id, day, requests) SELECT $1, day, 1 FROM today WHERE $2::int > 0
        ON CONFLICT (owner_id) DO UPDATE SET day = excluded.day, requests = CASE WHEN b.day < excluded.day THEN 1 ELSE b.requests + 1 END
        WHERE b.day < excluded.day OR b.requests < $2 RETURNING 1)
      SELECT (SELECT count(*) FROM taken) > 0 AS "isTaken",
        extract(epoch FROM (day + 1)::timestamp AT TIME ZONE 'UTC' - now())::float8 AS seconds FROM today`;
    const [row] = await queryRows<{ isTaken: boolean; seconds: number }>(this.database.source, sql, [ownerId, limit]);
    return row!.isTaken ? undefined : Math.ceil(row!.seconds);
  }
}
