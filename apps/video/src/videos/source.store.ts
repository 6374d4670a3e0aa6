/** What is known of the bytes themselves, kept once however many videos hold them: their streams, and what decoding showed. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';
import type { VideoWarningCode } from '#contracts';
import { Database, JobStore } from '#platform';
import { type BlobHolder, BlobReferences, queryRows } from '#storage';
import { copyEmbedded, releaseEmbedded } from '../captions/embedded-caption.store.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { releasePictures } from '../pictures/picture.store.ts';

/** Raise it when an inspection answers differently: sources are then inspected anew when somebody sends them again. */
export const engineVersion = 4;

const holder: BlobHolder = 'video.source';

/** What the job found by decoding the whole file. */
export interface Verdict {
  readonly durationSeconds: number | null;
  readonly frameCount: number;
  readonly warnings: readonly VideoWarningCode[];
  readonly posterSeconds: number;
}

@Entity({ schema: 'video', name: 'source' })
export class Source {
  @PrimaryColumn('text')
  sha256!: string;

  @Column('bigint', { name: 'size_bytes', transformer: { from: Number, to: (value: number) => value } })
  sizeBytes!: number;

  @Column('jsonb')
  info!: VideoInfo;

  @Column('integer', { name: 'engine_version', nullable: true })
  engineVersion!: number | null;

  @Column('jsonb', { nullable: true })
  verdict!: Verdict | null;
}

export type KnownSource = Pick<Source, 'sha256' | 'sizeBytes' | 'info'>;

/** `forgotten`: no video holds these bytes any more. `held`: another running job inspects them. */
export type SourceClaim = { readonly state: 'claimed' | 'inspected' | 'forgotten' } | { readonly state: 'held'; readonly jobId: string };

@Injectable()
export class SourceStore {
  constructor(private readonly database: Database) {}

  find(sha256: string): Promise<Source | null> {
    return this.database.repository(Source).findOneBy({ sha256 });
  }

  /**
   * Notes a source, and that we hold its bytes; one that is known already stays as it is, and nobody forgets it before `tx` has ended.
   * @returns whether it is inspected
   */
  static async remember(tx: EntityManager, { sha256, sizeBytes, info }: KnownSource): Promise<boolean> {
    const [row] = await queryRows<{ isInspected: boolean }>(
      tx,
      `INSERT INTO video.source AS s (sha256, size_bytes, info) VALUES ($1, $2, $3)
       ON CONFLICT (sha256) DO UPDATE SET size_bytes = excluded.size_bytes -- no column of a key: the hold of another transaction is not waited for
       RETURNING s.engine_version IS NOT DISTINCT FROM $4 AS "isInspected"`,
      [sha256, sizeBytes, JSON.stringify(info), engineVersion],
    );
    await BlobReferences.hold(tx, sha256, holder);
    return row?.isInspected === true;
  }

  /** Makes one job the only one that inspects these bytes, as long as it runs. */
  claim(sha256: string, jobId: string): Promise<SourceClaim> {
    return this.database.transaction(async (tx) => {
      const [source] = await queryRows<{ holder: string | null; isInspected: boolean }>(
        tx,
        `SELECT claimed_by AS holder, engine_version IS NOT DISTINCT FROM $2 AS "isInspected" FROM video.source WHERE sha256 = $1 FOR NO KEY UPDATE`,
        [sha256, engineVersion],
      );
      if (!source) return { state: 'forgotten' };
      if (source.isInspected) return { state: 'inspected' };
      // A statement of its own: the lock may have waited for another claim, whose job this snapshot must see running.
      const { holder } = source;
      if (holder !== null && holder !== jobId && (await JobStore.isRunning(tx, holder))) return { state: 'held', jobId: holder };
      await queryRows(tx, 'UPDATE video.source SET claimed_by = $2 WHERE sha256 = $1', [sha256, jobId]);
      return { state: 'claimed' };
    });
  }

  static async save(tx: EntityManager, sha256: string, verdict: Verdict): Promise<void> {
    await queryRows(tx, 'UPDATE video.source SET engine_version = $2, verdict = $3, claimed_by = NULL WHERE sha256 = $1', [
      sha256,
      engineVersion,
      JSON.stringify(verdict),
    ]);
    await SourceStore.fillVideos(tx, sha256);
  }

  /** Makes videos of an inspected source ready, with the captions of their file. A statement of its own: it sees the videos for which the lock on the source has waited. */
  static async fillVideos(tx: EntityManager, sha256: string): Promise<void> {
    const filled = await queryRows<{ id: string; ownerId: string }>(
      tx,
      `UPDATE video.video v SET ready = true, updated_at = now(), duration_seconds = (s.verdict->>'durationSeconds')::float8
       FROM video.source s WHERE s.sha256 = $1 AND v.sha256 = s.sha256 AND s.engine_version = $2 AND NOT v.ready
       RETURNING v.id, v.owner_id AS "ownerId"`,
      [sha256, engineVersion],
    );
    await copyEmbedded(tx, sha256, filled);
  }

  /** Waits for whoever saves a verdict or adds a video. Lock the source before its videos, as they do. @returns whether it is there */
  static async lock(tx: EntityManager, sha256: string): Promise<boolean> {
    return (await queryRows(tx, 'SELECT 1 FROM video.source WHERE sha256 = $1 FOR UPDATE', [sha256])).length > 0;
  }

  /** Nobody forgets it, or lets go of its bytes, before `tx` has ended. @returns whether it is there */
  static async hold(tx: EntityManager, sha256: string): Promise<boolean> {
    return (await queryRows(tx, 'SELECT 1 FROM video.source WHERE sha256 = $1 FOR KEY SHARE', [sha256])).length > 0;
  }

  /** What the meter `videoMinutes` counts for these bytes; 0 before they are inspected. */
  static async minutesOf(tx: EntityManager, sha256: string): Promise<number> {
    const [row] = await queryRows<{ minutes: number | null }>(
      tx,
      `SELECT (verdict->>'durationSeconds')::float8 / 60 AS minutes FROM video.source WHERE sha256 = $1`,
      [sha256],
    );
    return row?.minutes ?? 0;
  }

  /** Forgets a source that no video holds any more, with its pictures, and lets go of their bytes. */
  static async forgetUnused(tx: EntityManager, sha256: string): Promise<void> {
    await SourceStore.lock(tx, sha256);
    const [used] = await queryRows(tx, 'SELECT 1 FROM video.video WHERE sha256 = $1 LIMIT 1', [sha256]);
    if (used) return;
    await releasePictures(tx, sha256);
    await releaseEmbedded(tx, sha256);
    const forgotten = await queryRows(tx, 'DELETE FROM video.source WHERE sha256 = $1 RETURNING sha256', [sha256]);
    if (forgotten.length > 0) await BlobReferences.release(tx, sha256, holder);
  }
}
