/** Encoded tracks, kept once for each (source hash, preset, version), however many renditions of however many owners are made of them. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure, type VideoPreset } from '#contracts';
import { averageBitRate, durationOf, type MeasuredSegment, peakBitRate, sizeOf } from '#media';
import { Database, JobStore } from '#platform';
import { type BlobHolder, BlobReferences, type Queryable, queryRows } from '#storage';
import { presets } from './presets.ts';

export interface Encoding {
  readonly id: string;
  readonly sourceSha256: string;
  readonly preset: VideoPreset;
  /** The encoding of the sound that is played with this picture; null where there is none, or where this is the sound. */
  readonly soundId: string | null;
  /** Segments that are stored: the next one has this number. */
  readonly segmentCount: number;
  readonly isComplete: boolean;
  /** From here on null until the first segment is there. */
  readonly initSha256: string | null;
  readonly initSizeBytes: number | null;
  /** RFC 6381. */
  readonly codec: string | null;
  readonly segmentSeconds: number | null;
  /** Null of sound. */
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  readonly frameRate: number | null;
  /** Bits per second, as the encoder was told. */
  readonly maxBitRate: number | null;
  /** From here on null until it is complete. */
  readonly sizeBytes: number | null;
  readonly durationSeconds: number | null;
  readonly averageBitRate: number | null;
  readonly peakBitRate: number | null;
}

const columns = `id, source_sha256 AS "sourceSha256", preset, sound_id AS "soundId", segment_count AS "segmentCount", is_complete AS "isComplete",
  init_sha256 AS "initSha256", init_size_bytes AS "initSizeBytes", codec, segment_seconds AS "segmentSeconds", width_px AS "widthPx",
  height_px AS "heightPx", frame_rate AS "frameRate", max_bit_rate AS "maxBitRate", size_bytes::float8 AS "sizeBytes",
  duration_seconds AS "durationSeconds", average_bit_rate AS "averageBitRate", peak_bit_rate AS "peakBitRate"`;

/** What is known once the first segment is there. */
export type EncodingStart = { readonly initSha256: string; readonly initSizeBytes: number; readonly codec: string } & Pick<
  { [Name in keyof Encoding]-?: NonNullable<Encoding[Name]> },
  'segmentSeconds' | 'maxBitRate'
> &
  Pick<Encoding, 'widthPx' | 'heightPx' | 'frameRate'>;

export interface StoredSegment extends MeasuredSegment {
  readonly index: number;
  readonly sha256: string;
}

/** What a job may encode. */
export interface EncodingClaims {
  /** Nobody else encodes these. */
  readonly claimed: readonly Encoding[];
  /** A running job that encodes what is left of the tracks; null: nobody does, because they are complete. */
  readonly heldBy: string | null;
}

const holderOf = (id: string): BlobHolder => `video.encoding:${id}`;

@Injectable()
export class EncodingStore {
  constructor(private readonly database: Database) {}

  /** Notes an encoding that somebody wants; one that is known already stays as it is, and nobody forgets or completes it before `tx` has ended. */
  static async ensure(tx: EntityManager, wanted: { sourceSha256: string; preset: VideoPreset; version: number; soundId: string | null }) {
    const [row] = await queryRows<{ id: string; isComplete: boolean }>(
      tx,
      `INSERT INTO video.encoding AS e (id, source_sha256, preset, preset_version, sound_id) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (source_sha256, preset, preset_version) DO UPDATE SET source_sha256 = excluded.source_sha256
       RETURNING id, is_complete AS "isComplete"`,
      [randomUUID(), wanted.sourceSha256, wanted.preset, wanted.version, wanted.soundId],
    );
    return row!;
  }

  async find(id: string): Promise<Encoding | null> {
    return (await this.findMany([id])).get(id) ?? null;
  }

  /** With the encodings of their sound. */
  findMany(ids: readonly string[], on: Queryable = this.database.source): Promise<ReadonlyMap<string, Encoding>> {
    return EncodingStore.load(on, ids);
  }

  static async load(on: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Encoding>> {
    const rows = await queryRows<Encoding>(
      on,
      `SELECT ${columns} FROM video.encoding
       WHERE id = ANY($1::uuid[]) OR id IN (SELECT sound_id FROM video.encoding WHERE id = ANY($1::uuid[]))`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /**
   * Makes one job the only one that encodes these tracks: the encoding, its sound, and other pictures of the same source that are as far, whose jobs
   * will find them held, so that one run encodes all of them. A claim holds while its job runs: when that ends, fails or loses its worker, the next one
   * may claim.
   *
   * @throws Failure `rendition-not-found` when no rendition is made of it any more
   */
  claim(id: string, jobId: string): Promise<EncodingClaims> {
    return this.database.transaction(async (tx) => {
      const main = (await EncodingStore.load(tx, [id])).get(id);
      if (!main) throw gone();
      // One claim of a source at a time: of jobs that start together the first one takes all.
      await queryRows(tx, `SELECT pg_advisory_xact_lock(hashtext('video.encoding'), hashtext($1))`, [main.sourceSha256]);
      const ids: string[] = [];
      let heldBy: string | null = null;
      for (const track of main.soundId ? [main.soundId, id] : [id]) {
        const { isMine, holder } = await claimRow(tx, track, jobId);
        if (isMine) ids.push(track);
        heldBy = holder ?? heldBy;
      }
      if (ids.includes(id)) ids.push(...(await claimSiblings(tx, main, jobId)));
      const encodings = await EncodingStore.load(tx, ids);
      return { claimed: ids.flatMap((each) => encodings.get(each) ?? []), heldBy };
    });
  }

  /**
   * Notes the initialisation segment. A resumed encode brings the same one; if it does not (another version of the encoder), nothing that is there fits,
   * and the encode begins anew with the next attempt.
   *
   * @throws Failure `internal` then, and when the claim is lost; `rendition-not-found` when no rendition wants it any more
   */
  async begin(id: string, jobId: string, start: EncodingStart): Promise<void> {
    const fits = await this.database.transaction(async (tx) => {
      const encoding = claimedBy(await lockRow(tx, id), jobId);
      if (encoding.initSha256 === start.initSha256) return true;
      if (encoding.initSha256 !== null) {
        await EncodingStore.clear(tx, id);
        return false;
      }
      await queryRows(
        tx,
        `UPDATE video.encoding SET init_sha256 = $2, init_size_bytes = $3, codec = $4, segment_seconds = $5, max_bit_rate = $6, width_px = $7,
           height_px = $8, frame_rate = $9 WHERE id = $1`,
        [
          ...[id, start.initSha256, start.initSizeBytes, start.codec, start.segmentSeconds, start.maxBitRate],
          ...[start.widthPx, start.heightPx, start.frameRate],
        ],
      );
      await BlobReferences.hold(tx, start.initSha256, holderOf(id));
      return true;
    });
    if (!fits) throw new Failure('internal', 'The encoder has changed since the first segments were made: they are made anew.');
  }

  /** Lets go of all segments: another encoder makes them anew. Throws the same. */
  restart(id: string, jobId: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      claimedBy(await lockRow(tx, id), jobId);
      await EncodingStore.clear(tx, id);
    });
  }

  /** Segments are added in their order, each once. @returns false when it is there already. Throws the same. */
  add(id: string, jobId: string, { index, sha256, sizeBytes, durationSeconds }: StoredSegment): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const { segmentCount } = claimedBy(await lockRow(tx, id), jobId);
      if (index < segmentCount) return false;
      if (index > segmentCount) throw new Failure('internal', `Segment ${index} came when ${segmentCount} were there.`);
      await queryRows(
        tx,
        'INSERT INTO video.segment (encoding_id, index, sha256, size_bytes, duration_seconds) VALUES ($1, $2, $3, $4, $5)',
        [id, index, sha256, sizeBytes, durationSeconds],
      );
      await queryRows(tx, 'UPDATE video.encoding SET segment_count = $2 WHERE id = $1', [id, index + 1]);
      await BlobReferences.hold(tx, sha256, holderOf(id));
      return true;
    });
  }

  /** Notes that all segments are there. @returns the segments. Throws the same. */
  complete(id: string, jobId: string): Promise<StoredSegment[]> {
    return this.database.transaction(async (tx) => {
      claimedBy(await lockRow(tx, id), jobId);
      const segments = await EncodingStore.segmentsOf(tx, id);
      await queryRows(
        tx,
        `UPDATE video.encoding SET is_complete = true, claimed_by = NULL, size_bytes = init_size_bytes + $2, duration_seconds = $3,
           average_bit_rate = $4, peak_bit_rate = $5 WHERE id = $1`,
        [id, sizeOf(segments), durationOf(segments), averageBitRate(segments), peakBitRate(segments)],
      );
      return segments;
    });
  }

  segments(id: string): Promise<StoredSegment[]> {
    return EncodingStore.segmentsOf(this.database.source, id);
  }

  async segment(id: string, index: number): Promise<StoredSegment | undefined> {
    const [row] = await queryRows<StoredSegment>(
      this.database.source,
      `SELECT ${segmentColumns} FROM video.segment WHERE encoding_id = $1 AND index = $2`,
      [id, index],
    );
    return row;
  }

  private static segmentsOf(on: Queryable, id: string): Promise<StoredSegment[]> {
    return queryRows(on, `SELECT ${segmentColumns} FROM video.segment WHERE encoding_id = $1 ORDER BY index`, [id]);
  }

  /** Waits for whoever adds a segment or a rendition. Sound before picture, as in `ensure`, so that two callers cannot wait for each other. */
  static async lock(tx: EntityManager, { id, soundId }: Pick<Encoding, 'id' | 'soundId'>): Promise<void> {
    for (const each of [soundId, id]) if (each) await queryRows(tx, 'SELECT 1 FROM video.encoding WHERE id = $1 FOR UPDATE', [each]);
  }

  /** Forgets the encoding and its sound where no rendition is made of them any more, and lets go of their bytes. Lock them before. */
  static async forgetUnused(tx: EntityManager, { id, soundId }: Pick<Encoding, 'id' | 'soundId'>): Promise<void> {
    for (const each of [id, soundId]) {
      if (!each) continue;
      const [unused] = await queryRows(
        tx,
        `SELECT 1 FROM video.encoding e WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM video.rendition r WHERE r.encoding_id = e.id)
           AND NOT EXISTS (SELECT 1 FROM video.encoding p WHERE p.sound_id = e.id)`,
        [each],
      );
      if (!unused) continue;
      await EncodingStore.clear(tx, each);
      await queryRows(tx, 'DELETE FROM video.encoding WHERE id = $1', [each]);
    }
  }

  /** Removes all segments, and lets go of their bytes. */
  private static async clear(tx: EntityManager, id: string): Promise<void> {
    const rows = await queryRows<{ sha256: string }>(
      tx,
      `SELECT sha256 FROM video.segment WHERE encoding_id = $1
       UNION SELECT init_sha256 FROM video.encoding WHERE id = $1 AND init_sha256 IS NOT NULL`,
      [id],
    );
    await queryRows(tx, 'DELETE FROM video.segment WHERE encoding_id = $1', [id]);
    await queryRows(
      tx,
      'UPDATE video.encoding SET segment_count = 0, init_sha256 = NULL, init_size_bytes = NULL, codec = NULL WHERE id = $1',
      [id],
    );
    const sha256s = rows.map(({ sha256 }) => sha256);
    await BlobReferences.releaseAll(tx, sha256s, holderOf(id));
  }
}

const segmentColumns = 'index, sha256, size_bytes AS "sizeBytes", duration_seconds AS "durationSeconds"';

type LockedRow = Pick<Encoding, 'segmentCount' | 'isComplete' | 'initSha256'> & { readonly holder: string | null };

async function lockRow(tx: EntityManager, id: string): Promise<LockedRow | undefined> {
  const [row] = await queryRows<LockedRow>(
    tx,
    `SELECT claimed_by AS holder, segment_count AS "segmentCount", is_complete AS "isComplete", init_sha256 AS "initSha256"
     FROM video.encoding WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  return row;
}

/** @returns `holder`: the running job that has claimed it already */
async function claimRow(
  tx: EntityManager,
  id: string,
  jobId: string,
): Promise<{ readonly isMine: boolean; readonly holder: string | null }> {
  const encoding = await lockRow(tx, id);
  if (!encoding) throw gone();
  if (encoding.isComplete) return { isMine: false, holder: null };
  // A statement of its own: the lock may have waited for another claim, whose job this snapshot must see running.
  const { holder } = encoding;
  if (holder !== null && holder !== jobId && (await JobStore.isRunning(tx, holder))) return { isMine: false, holder };
  await queryRows(tx, 'UPDATE video.encoding SET claimed_by = $2 WHERE id = $1', [id, jobId]);
  return { isMine: true, holder: null };
}

const together = Object.entries(presets).flatMap(([name, { codec }]) => (codec === 'h264' ? [name] : []));

/** Nobody waits for these rows: one that another transaction holds is left out. */
async function claimSiblings(
  tx: EntityManager,
  { id, sourceSha256, segmentCount, soundId, preset }: Encoding,
  jobId: string,
): Promise<string[]> {
  if (presets[preset].codec !== 'h264') return []; // an encoder of AV1 takes much memory: one at a time
  const rows = await queryRows<{ id: string }>(
    tx,
    `SELECT e.id FROM video.encoding e
     WHERE e.source_sha256 = $1 AND e.id <> $2 AND e.preset = ANY($5) AND e.sound_id IS NOT DISTINCT FROM $3 AND NOT e.is_complete AND e.segment_count = $4
       AND NOT EXISTS (SELECT 1 FROM jobs.job h WHERE h.id = e.claimed_by AND h.state = 'running')
       AND EXISTS (SELECT 1 FROM video.rendition r JOIN jobs.job j ON j.id = r.job_id WHERE r.encoding_id = e.id AND j.state IN ('queued', 'running'))
     ORDER BY e.id FOR NO KEY UPDATE OF e SKIP LOCKED`,
    [sourceSha256, id, soundId, segmentCount, together],
  );
  const ids = rows.map((row) => row.id);
  await queryRows(tx, 'UPDATE video.encoding SET claimed_by = $2 WHERE id = ANY($1::uuid[])', [ids, jobId]);
  return ids;
}

const gone = () => new Failure('rendition-not-found', 'The rendition was deleted: there is nothing to encode.');

function claimedBy(row: LockedRow | undefined, jobId: string): LockedRow {
  if (!row) throw gone();
  if (row.holder !== jobId) throw new Failure('internal', 'Another job encodes this by now.');
  return row;
}
