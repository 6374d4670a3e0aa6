/** Fingerprints of sources, kept once for all videos with the same bytes, and found by their tokens. They go with their source. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { decodeFingerprint } from './fingerprint.ts';
import { tokensOf } from './fingerprint-tokens.ts';

export interface Candidate {
  readonly videoId: string;
  readonly title: string;
  readonly fingerprint: Buffer;
}

@Injectable()
export class FingerprintStore {
  constructor(private readonly database: Database) {}

  async find(sourceSha256: string): Promise<Buffer | undefined> {
    const [row] = await queryRows<{ fingerprint: Buffer }>(
      this.database.source,
      'SELECT fingerprint FROM video.fingerprint WHERE source_sha256 = $1',
      [sourceSha256],
    );
    return row?.fingerprint;
  }

  /** Other videos of the owner that share tokens, those with most first. */
  candidates(ownerId: string, videoId: string, fingerprint: Buffer, limit: number): Promise<Candidate[]> {
    return queryRows<Candidate>(
      this.database.source,
      `WITH shared AS (
         SELECT f.source_sha256, count(*) AS tokens FROM unnest($3::integer[]) AS wanted (token)
         JOIN video.fingerprint_token f ON f.token = wanted.token
         WHERE EXISTS (SELECT 1 FROM video.video own WHERE own.sha256 = f.source_sha256 AND own.owner_id = $1)
         GROUP BY f.source_sha256)
       SELECT v.id AS "videoId", v.title, p.fingerprint FROM shared
       JOIN video.video v ON v.sha256 = shared.source_sha256 AND v.owner_id = $1 AND v.id <> $2 AND v.ready
       JOIN video.fingerprint p ON p.source_sha256 = shared.source_sha256
       ORDER BY shared.tokens DESC, v.id LIMIT $4`,
      [ownerId, videoId, tokensOf(decodeFingerprint(fingerprint)), limit],
    );
  }

  /** Where the row of the source is locked. An earlier fingerprint is replaced. */
  static async save(tx: EntityManager, sourceSha256: string, fingerprint: Buffer): Promise<void> {
    await queryRows(
      tx,
      `INSERT INTO video.fingerprint (source_sha256, fingerprint) VALUES ($1, $2)
       ON CONFLICT (source_sha256) DO UPDATE SET fingerprint = excluded.fingerprint`,
      [sourceSha256, fingerprint],
    );
    await queryRows(tx, 'DELETE FROM video.fingerprint_token WHERE source_sha256 = $1', [sourceSha256]);
    await queryRows(tx, 'INSERT INTO video.fingerprint_token (token, source_sha256) SELECT unnest($2::integer[]), $1', [
      sourceSha256,
      tokensOf(decodeFingerprint(fingerprint)),
    ]);
  }
}
