/** Fingerprints and timbres of recordings, and the tracks of one owner that may be alike. Every look-up names the owner. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { KeyName, Mode } from '#contracts';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { bytesOf, hashesOf, itemsOf } from './fingerprint.ts';

export interface Features {
  /** Absent where it could not be made. */
  readonly fingerprint?: Uint32Array | undefined;
  readonly timbre?: readonly number[] | null | undefined;
}

export interface Candidate {
  readonly trackId: string;
  readonly sha256: string;
  readonly title: string;
  readonly durationSeconds: number | null;
  readonly bpm: number | null;
  readonly key: KeyName | null;
  readonly mode: Mode | null;
  readonly loudnessLufs: number | null;
  readonly timbre: readonly number[] | null;
}

export interface CopyCandidate extends Candidate {
  readonly fingerprint: Uint32Array | null;
}

type Row<T> = Omit<T, 'fingerprint'> & { readonly fingerprint: Buffer | null };

const columns = `t.id AS "trackId", t.sha256, t.title, t.duration_seconds AS "durationSeconds", t.bpm, t.key, t.mode, t.loudness_lufs AS "loudnessLufs"`;

/** What is known already stays where the new value is absent. Nothing is kept of a recording that is forgotten meanwhile: its row is locked as the foreign key would lock it. */
export async function saveFeatures(tx: EntityManager, sha256: string, { fingerprint, timbre }: Features): Promise<void> {
  await queryRows(
    tx,
    `INSERT INTO audio.features AS f (sha256, fingerprint, hashes, timbre)
     SELECT sha256, $2, $3, $4 FROM audio.recording WHERE sha256 = $1 FOR KEY SHARE
     ON CONFLICT (sha256) DO UPDATE SET fingerprint = coalesce(excluded.fingerprint, f.fingerprint),
       hashes = CASE WHEN excluded.fingerprint IS NULL THEN f.hashes ELSE excluded.hashes END, timbre = coalesce(excluded.timbre, f.timbre)`,
    [sha256, fingerprint ? bytesOf(fingerprint) : null, fingerprint ? hashesOf(fingerprint) : [], timbre ?? null],
  );
}

const copiesCompared = 50;
/** Fewer items in common happen by chance. */
const minCommon = 2;
const neighboursOnASide = 200;

@Injectable()
export class FeatureStore {
  constructor(private readonly database: Database) {}

  async find(sha256: string): Promise<{ readonly fingerprint: Uint32Array | null; readonly timbre: readonly number[] | null } | undefined> {
    const sql = 'SELECT fingerprint, timbre FROM audio.features WHERE sha256 = $1';
    const [row] = await queryRows<Row<{ timbre: number[] | null }>>(this.database.source, sql, [sha256]);
    return row && { timbre: row.timbre, fingerprint: row.fingerprint && itemsOf(row.fingerprint) };
  }

  save(sha256: string, features: Features): Promise<void> {
    return this.database.transaction((tx) => saveFeatures(tx, sha256, features));
  }

  // Lists made by a subquery are estimated to be short, so that the indexes are used.

  /** Tracks of the same owner whose fingerprints have most items in common, and those with the same bytes. */
  async copyCandidates(
    ownerId: string,
    { trackId, sha256 }: { readonly trackId: string; readonly sha256: string },
    fingerprint: Uint32Array,
  ) {
    const rows = await queryRows<Row<Candidate>>(
      this.database.source,
      `SELECT ${columns}, c.timbre, c.fingerprint
       FROM (SELECT f.sha256, f.fingerprint, f.timbre, (SELECT count(*) FROM unnest(f.hashes) AS h WHERE h = ANY($4::integer[])) AS items
             FROM audio.features f WHERE f.hashes && ARRAY(SELECT unnest($4::integer[])) OR f.sha256 = $3 OFFSET 0) AS c
       JOIN audio.track t ON t.sha256 = c.sha256
       WHERE t.owner_id = $1 AND t.id <> $2 AND (c.items >= $5 OR t.sha256 = $3)
       ORDER BY t.sha256 = $3 DESC, c.items DESC, t.id LIMIT $6`,
      [ownerId, trackId, sha256, hashesOf(fingerprint), minCommon, copiesCompared],
    );
    return rows.map((row): CopyCandidate => ({ ...row, fingerprint: row.fingerprint && itemsOf(row.fingerprint) }));
  }

  /**
   * Ready tracks of the same owner next to a tempo, to half and to double of it, at most 200 on each side; without a tempo, the newest ones without one.
   */
  async similarCandidates(ownerId: string, trackId: string, bpm: number | null): Promise<readonly Candidate[]> {
    const tempi = bpm === null ? [] : [bpm / 2, bpm, bpm * 2];
    const near = tempi.flatMap((_, at) => [
      `(SELECT id FROM audio.track WHERE owner_id = $1 AND bpm >= $${at + 3} ORDER BY bpm, id LIMIT ${neighboursOnASide})`,
      `(SELECT id FROM audio.track WHERE owner_id = $1 AND bpm < $${at + 3} ORDER BY bpm DESC, id DESC LIMIT ${neighboursOnASide})`,
    ]);
    const without = `(SELECT id FROM audio.track WHERE owner_id = $1 AND bpm IS NULL ORDER BY id DESC LIMIT ${2 * neighboursOnASide})`;
    return queryRows<Candidate>(
      this.database.source,
      `SELECT ${columns}, f.timbre
       FROM audio.track t LEFT JOIN audio.features f ON f.sha256 = t.sha256
       WHERE t.id = ANY(ARRAY(${bpm === null ? without : near.join(' UNION ')})) AND t.ready AND t.id <> $2`,
      [ownerId, trackId, ...tempi],
    );
  }
}
