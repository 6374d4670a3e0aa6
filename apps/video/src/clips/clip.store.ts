/** Encodes of clips, known by source and frames: each is made once, however many owners ask. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure } from '#contracts';
import { Database, JobStore } from '#platform';
import { queryRows } from '#storage';
import { SourceStore } from '../videos/source.store.ts';

export interface ClipKey {
  readonly sourceSha256: string;
  /** See `clipName`. */
  readonly name: string;
}

/** `forgotten`: no video holds the source any more. `held`: another running job encodes the same clip. */
export type ClipClaim =
  | { readonly state: 'claimed' | 'forgotten' }
  | { readonly state: 'made'; readonly sha256: string }
  | { readonly state: 'held'; readonly jobId: string };

@Injectable()
export class ClipStore {
  constructor(private readonly database: Database) {}

  /** Makes one job the only one that encodes this clip, as long as it runs. */
  claim({ sourceSha256, name }: ClipKey, jobId: string): Promise<ClipClaim> {
    return this.database.transaction(async (tx) => {
      if ((await queryRows(tx, 'SELECT 1 FROM video.source WHERE sha256 = $1 FOR KEY SHARE', [sourceSha256])).length === 0)
        return { state: 'forgotten' };
      const [row] = await queryRows<{ holder: string | null; sha256: string | null }>(
        tx,
        `INSERT INTO video.clip AS c (source_sha256, name) VALUES ($1, $2) ON CONFLICT (source_sha256, name) DO UPDATE SET name = excluded.name
         RETURNING claimed_by AS holder, clip_sha256 AS sha256`,
        [sourceSha256, name],
      );
      const { holder, sha256 } = row!;
      if (sha256 !== null) return { state: 'made', sha256 };
      // A statement of its own: the lock may have waited for another claim, whose job this snapshot must see running.
      if (holder !== null && holder !== jobId && (await JobStore.isRunning(tx, holder))) return { state: 'held', jobId: holder };
      await queryRows(tx, 'UPDATE video.clip SET claimed_by = $3 WHERE source_sha256 = $1 AND name = $2', [sourceSha256, name, jobId]);
      return { state: 'claimed' };
    });
  }

  /**
   * Keeps the bytes of a clip that was made earlier until `tx` has ended, by when a video holds them.
   *
   * @throws Failure `internal` when the last video of them was deleted since the claim: the next attempt encodes the clip anew
   */
  static async keep(tx: EntityManager, sha256: string): Promise<void> {
    if (await SourceStore.hold(tx, sha256)) return;
    throw new Failure('internal', 'The clip was deleted while it was taken in: it is encoded anew.');
  }

  /** Notes the bytes of a clip, whose row of `video.source` is there in `tx`. Nothing is noted where the source was deleted meanwhile. */
  static async made(tx: EntityManager, { sourceSha256, name }: ClipKey, sha256: string): Promise<void> {
    await queryRows(tx, 'UPDATE video.clip SET clip_sha256 = $3, claimed_by = NULL WHERE source_sha256 = $1 AND name = $2', [
      sourceSha256,
      name,
      sha256,
    ]);
  }
}
