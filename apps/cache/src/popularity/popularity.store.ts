import { Injectable } from '@nestjs/common';
import type { RequestOf, reportPopularity } from '#contracts';
import { Database } from '#platform';
import { queryRows } from '#storage';

export type Report = RequestOf<typeof reportPopularity>['namespaces'][number];

const kept = 1_000;
/** Above this the sums are halved, so that old results count less. */
const maxTries = 2_000;
const epochMs = Date.UTC(2026, 0, 1);
const halfLifeMs = 7 * 86_400_000;

/**
 * The weight of one use now. New uses weigh more instead of decaying stored scores; a double suffices for nineteen years.
 * @see Cormode, Shkapenyuk, Srivastava, Xu 2009, "Forward Decay"
 */
export const weightAt = (nowMs: number): number => 2 ** ((nowMs - epochMs) / halfLifeMs);

@Injectable() // use counts of keys: the top thousand of each namespace
export class PopularityStore {
  constructor(private readonly database: Database) {}

  async add(service: string, { namespace, keys, warmed }: Report): Promise<void> {
    const weight = weightAt(Date.now());
    await queryRows(
      this.database.source,
      `INSERT INTO cache.popularity (service, namespace, key, score)
       SELECT $1, $2, key, sum(uses) * $5 FROM unnest($3::text[], $4::double precision[]) AS given (key, uses) GROUP BY key
       ON CONFLICT (service, namespace, key) DO UPDATE SET score = popularity.score + excluded.score`,
      [service, namespace, keys.map(({ key }) => key), keys.map(({ uses }) => uses), weight],
    );
    if (warmed.loaded > 0 || warmed.used > 0) await this.addWarmth(service, namespace, warmed);
    await queryRows(
      this.database.source,
      `DELETE FROM cache.popularity WHERE service = $1 AND namespace = $2 AND score < (
         SELECT score FROM cache.popularity WHERE service = $1 AND namespace = $2 ORDER BY score DESC OFFSET ${kept} LIMIT 1)`,
      [service, namespace],
    );
  }

  async hottest(service: string, count: number): Promise<{ namespace: string; keys: string[] }[]> {
    return queryRows(
      this.database.source,
      `SELECT namespace, array_agg(key ORDER BY score DESC) AS keys FROM (
         SELECT namespace, key, score, row_number() OVER (PARTITION BY namespace ORDER BY score DESC) AS place
         FROM cache.popularity WHERE service = $1) AS ranked
       WHERE place <= $2 GROUP BY namespace`,
      [service, count],
    );
  }

  /** By namespace: how many entries were warmed recently, and how many of them were read. */
  async warmedKeys(service: string): Promise<{ namespace: string; loaded: number; used: number }[]> {
    return queryRows(this.database.source, 'SELECT namespace, loaded, used FROM cache.warmth WHERE service = $1', [service]);
  }

  private async addWarmth(service: string, namespace: string, { loaded, used }: Report['warmed']): Promise<void> {
    await queryRows(
      this.database.source,
      `INSERT INTO cache.warmth AS known (service, namespace, loaded, used) VALUES ($1, $2, $3, $4)
       ON CONFLICT (service, namespace) DO UPDATE SET
         loaded = (known.loaded + $3) / CASE WHEN known.loaded + $3 > ${maxTries} THEN 2 ELSE 1 END,
         used = (known.used + $4) / CASE WHEN known.loaded + $3 > ${maxTries} THEN 2 ELSE 1 END`,
      [service, namespace, loaded, used],
    );
  }
}
