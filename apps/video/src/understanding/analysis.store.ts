/** What is known of the pictures and the sound of a source, kept once for all videos with the same bytes. It goes with its source. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { queryRows } from '#storage';
import type { Understanding } from './understand-video.ts';

export interface StoredAnalysis {
  readonly analysis: Understanding;
  readonly analyzedAt: Date;
}

@Injectable()
export class AnalysisStore {
  constructor(private readonly database: Database) {}

  async find(sourceSha256: string): Promise<StoredAnalysis | undefined> {
    const [row] = await queryRows<StoredAnalysis>(
      this.database.source,
      'SELECT analysis, analyzed_at AS "analyzedAt" FROM video.analysis WHERE source_sha256 = $1',
      [sourceSha256],
    );
    return row;
  }

  /** Where the row of the source is locked. An earlier analysis is replaced. */
  static async save(tx: EntityManager, sourceSha256: string, analysis: Understanding): Promise<void> {
    await queryRows(
      tx,
      `INSERT INTO video.analysis (source_sha256, analysis) VALUES ($1, $2)
       ON CONFLICT (source_sha256) DO UPDATE SET analysis = excluded.analysis, analyzed_at = excluded.analyzed_at`,
      [sourceSha256, JSON.stringify(analysis)],
    );
  }
}
