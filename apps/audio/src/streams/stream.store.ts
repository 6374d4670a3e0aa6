/** Encoded streams, kept once for each (source hash, version), however many tracks of however many owners refer to them. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure, type StreamLevel } from '#contracts';
import { averageBitRate, type MeasuredSegment, peakBitRate, sizeOf } from '#media';
import { Database } from '#platform';
import { type BlobHolder, BlobReferences, type Queryable, queryRows } from '#storage';
import { type Claim, claimRow } from '../recordings/claim.store.ts';
import { streamVersion } from './stream-plan.ts';

export interface StoredBlob {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface StoredSegment extends StoredBlob, MeasuredSegment {
  readonly index: number;
}

/** A level that has its initialisation segment. */
export interface StoredVariant {
  readonly level: StreamLevel;
  /** As the encoder was told, in bits per second. */
  readonly bitRate: number;
  /** RFC 6381. */
  readonly codec: string;
  readonly init: StoredBlob;
  /** Null until the stream is complete. */
  readonly averageBitRate: number | null;
  readonly peakBitRate: number | null;
  readonly hasSegment: boolean;
}

export type VariantStart = Pick<StoredVariant, 'level' | 'bitRate' | 'codec' | 'init'>;

interface VariantKey {
  readonly streamId: string;
  readonly level: StreamLevel;
}

const holderOf = (streamId: string): BlobHolder => `audio.stream:${streamId}`;
const claimable = { table: 'audio.stream', key: 'id', isDone: 'size_bytes IS NOT NULL' } as const;
const segmentColumns = 'index, sha256, size_bytes AS "sizeBytes", duration_seconds AS "durationSeconds"';

@Injectable()
export class StreamStore {
  constructor(private readonly database: Database) {}

  /** The stream of a source, new or known; nobody forgets or completes it before `tx` has ended. `sizeBytes`: null until it is complete. */
  static async ensure(tx: EntityManager, sourceSha256: string): Promise<{ readonly id: string; readonly sizeBytes: number | null }> {
    const [row] = await queryRows<{ id: string; sizeBytes: number | null }>(
      tx,
      `INSERT INTO audio.stream AS s (source_sha256, version) VALUES ($1, $2)
       ON CONFLICT (source_sha256, version) DO UPDATE SET version = excluded.version RETURNING s.id, s.size_bytes::float8 AS "sizeBytes"`,
      [sourceSha256, streamVersion],
    );
    return row!;
  }

  async sourceOf(id: string): Promise<string | undefined> {
    const sql = 'SELECT source_sha256 AS sha256 FROM audio.stream WHERE id = $1';
    return (await queryRows<{ sha256: string }>(this.database.source, sql, [id]))[0]?.sha256;
  }

  /** Makes one job the only one that encodes. */
  claim(id: string, jobId: string): Promise<Claim> {
    return this.database.transaction((tx) => claimRow(tx, claimable, id, jobId));
  }

  /**
   * Notes the initialisation segment of a level. A second attempt brings the same one; if it does not (another version of the encoder), nothing that is
   * there fits, and the encode begins anew with the next attempt.
   *
   * @throws Failure `internal` then, and when the claim is lost; `rendition-not-found` when no track wants the stream any more
   */
  async begin(streamId: string, jobId: string, { level, bitRate, codec, init }: VariantStart): Promise<void> {
    const fits = await this.database.transaction(async (tx) => {
      await requireClaim(tx, streamId, jobId, 'NO KEY UPDATE'); // one level after the other: each may have to clear all of them
      const [row] = await queryRows<{ sha256: string }>(
        tx,
        `INSERT INTO audio.stream_variant AS v (stream_id, level, bit_rate, codec, init_sha256, init_size_bytes) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (stream_id, level) DO UPDATE SET level = excluded.level RETURNING v.init_sha256 AS sha256`,
        [streamId, level, bitRate, codec, init.sha256, init.sizeBytes],
      );
      if (row!.sha256 !== init.sha256) await clear(tx, streamId);
      else await BlobReferences.hold(tx, init.sha256, holderOf(streamId));
      return row!.sha256 === init.sha256;
    });
    if (!fits) throw new Failure('internal', 'The encoder has changed since the first segments were made: they are made anew.');
  }

  /** Adds a segment; one that is there already stays. Throws the same. */
  add(streamId: string, jobId: string, level: StreamLevel, segment: StoredSegment): Promise<void> {
    return this.database.transaction(async (tx) => {
      await requireClaim(tx, streamId, jobId);
      const { index, sha256, sizeBytes, durationSeconds } = segment;
      const added = await queryRows(
        tx,
        `INSERT INTO audio.stream_segment (stream_id, level, index, sha256, size_bytes, duration_seconds) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING RETURNING index`,
        [streamId, level, index, sha256, sizeBytes, durationSeconds],
      );
      if (added.length > 0) await BlobReferences.hold(tx, sha256, holderOf(streamId));
    });
  }

  /** Notes in `tx` that all segments are there. @returns the bytes of the stream. Throws the same. */
  static async complete(tx: EntityManager, streamId: string, jobId: string): Promise<number> {
    await requireClaim(tx, streamId, jobId, 'NO KEY UPDATE');
    let bytes = 0;
    for (const { level, init } of await variantsOf(tx, streamId)) {
      const segments = await segmentsOf(tx, { streamId, level });
      bytes += init.sizeBytes + sizeOf(segments);
      await queryRows(tx, 'UPDATE audio.stream_variant SET average_bit_rate = $3, peak_bit_rate = $4 WHERE stream_id = $1 AND level = $2', [
        ...[streamId, level, averageBitRate(segments), peakBitRate(segments)],
      ]);
    }
    await queryRows(tx, 'UPDATE audio.stream SET size_bytes = $2, claimed_by = NULL WHERE id = $1', [streamId, bytes]);
    return bytes;
  }

  /** @returns undefined while the stream does not have the level */
  async variant({ streamId, level }: VariantKey): Promise<StoredVariant | undefined> {
    return (await variantsOf(this.database.source, streamId, level))[0];
  }

  /** From small to large. */
  variants(streamId: string): Promise<StoredVariant[]> {
    return variantsOf(this.database.source, streamId);
  }

  segments(key: VariantKey): Promise<StoredSegment[]> {
    return segmentsOf(this.database.source, key);
  }

  async segment({ streamId, level }: VariantKey, index: number): Promise<StoredBlob | undefined> {
    const [row] = await queryRows<StoredBlob>(
      this.database.source,
      'SELECT sha256, size_bytes AS "sizeBytes" FROM audio.stream_segment WHERE stream_id = $1 AND level = $2 AND index = $3',
      [streamId, level, index],
    );
    return row;
  }

  /** Waits for whoever adds a segment or a track. @returns the bytes of the stream; 0 until it is complete */
  static async lock(tx: EntityManager, id: string): Promise<number> {
    const sql = 'SELECT coalesce(size_bytes, 0)::float8 AS bytes FROM audio.stream WHERE id = $1 FOR UPDATE';
    return (await queryRows<{ bytes: number }>(tx, sql, [id]))[0]?.bytes ?? 0;
  }

  /** Forgets the stream where no track refers to it any more, and lets go of its bytes. Lock it before. */
  static async forgetUnused(tx: EntityManager, id: string): Promise<void> {
    const users = await queryRows(tx, 'SELECT 1 FROM audio.track_stream WHERE stream_id = $1 LIMIT 1', [id]);
    if (users.length > 0) return;
    await clear(tx, id);
    await queryRows(tx, 'DELETE FROM audio.stream WHERE id = $1', [id]);
  }
}

async function requireClaim(tx: EntityManager, streamId: string, jobId: string, mode: 'SHARE' | 'NO KEY UPDATE' = 'SHARE'): Promise<void> {
  const [row] = await queryRows<{ holder: string | null }>(tx, `SELECT claimed_by AS holder FROM audio.stream WHERE id = $1 FOR ${mode}`, [
    streamId,
  ]);
  if (!row) throw new Failure('rendition-not-found', 'The stream was deleted: there is nothing to encode.');
  if (row.holder !== jobId) throw new Failure('internal', 'Another job encodes this by now.');
}

const variantsOf = (on: Queryable, streamId: string, level: StreamLevel | null = null): Promise<StoredVariant[]> =>
  queryRows<StoredVariant>(
    on,
    `SELECT level, bit_rate AS "bitRate", codec, json_build_object('sha256', init_sha256, 'sizeBytes', init_size_bytes) AS init,
       average_bit_rate AS "averageBitRate", peak_bit_rate AS "peakBitRate",
       EXISTS (SELECT 1 FROM audio.stream_segment s WHERE s.stream_id = v.stream_id AND s.level = v.level) AS "hasSegment"
     FROM audio.stream_variant v WHERE stream_id = $1 AND ($2::text IS NULL OR level = $2) ORDER BY bit_rate`,
    [streamId, level],
  );

const segmentsOf = (on: Queryable, { streamId, level }: VariantKey): Promise<StoredSegment[]> =>
  queryRows(on, `SELECT ${segmentColumns} FROM audio.stream_segment WHERE stream_id = $1 AND level = $2 ORDER BY index`, [streamId, level]);

/** Removes all levels with their segments, and lets go of their bytes. */
async function clear(tx: EntityManager, streamId: string): Promise<void> {
  const rows = await queryRows<{ sha256: string }>(
    tx,
    `SELECT sha256 FROM audio.stream_segment WHERE stream_id = $1 UNION SELECT init_sha256 FROM audio.stream_variant WHERE stream_id = $1`,
    [streamId],
  );
  await queryRows(tx, 'DELETE FROM audio.stream_variant WHERE stream_id = $1', [streamId]);
  await BlobReferences.releaseAll(
    tx,
    rows.map(({ sha256 }) => sha256),
    holderOf(streamId),
  );
}
