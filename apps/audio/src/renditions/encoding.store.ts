/** Encodings: one for the same bytes, level, format, options and tags, however many renditions refer to it. */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, In, PrimaryColumn } from 'typeorm';
import type { AudioFormat, CompressionLevel, LevelBound, RequestedLevel, TrackRendition } from '#contracts';
import type { Tags } from '#media';
import { Database } from '#platform';
import { type BlobHolder, BlobReferences, queryRows } from '#storage';
import { type Claim, claimRow } from '../recordings/claim.store.ts';
import { planVersion } from './encoding-plan.ts';

/** What changes the bytes or what is known of them; keys in the order of the alphabet, absent ones left out. */
export interface EncodingOptions {
  readonly maxSizeKb?: number;
  readonly measureQuality?: true;
  readonly minQuality?: number;
  readonly normalize?: true;
}

type Facts = 'codec' | 'contentType' | 'bitRateKbps' | 'sampleRateHz' | 'channels' | 'durationSeconds' | 'compressionRatio' | 'ratioNote';
export type EncodingResult = { readonly [Name in Facts]: NonNullable<TrackRendition[Name]> | (Name extends 'ratioNote' ? null : never) } & {
  readonly level: CompressionLevel;
  readonly decidedBy: LevelBound | null;
  readonly quality: TrackRendition['quality'];
};

@Entity({ schema: 'audio', name: 'encoding' })
export class Encoding {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text', { name: 'source_sha256' })
  sourceSha256!: string;

  @Column('text')
  level!: RequestedLevel;

  @Column('text')
  format!: AudioFormat;

  @Column('jsonb')
  options!: EncodingOptions;

  @Column('text', { nullable: true })
  sha256!: string | null;

  @Column('bigint', {
    name: 'size_bytes',
    nullable: true,
    transformer: { from: (text: string | null) => text && Number(text), to: Number },
  })
  sizeBytes!: number | null;

  @Column('jsonb', { nullable: true })
  result!: EncodingResult | null;
}

export interface EncodingKey extends Pick<Encoding, 'sourceSha256' | 'level' | 'format' | 'options'> {
  /** Tags of the source, which its rendition carries. */
  readonly tags: Tags;
}

export interface StoredEncoding {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly result: EncodingResult;
}

const claimable = { table: 'audio.encoding', key: 'id', isDone: 'sha256 IS NOT NULL' } as const;

const holderOf = (encodingId: string): BlobHolder => `audio.encoding:${encodingId}`;

@Injectable()
export class EncodingStore {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<Encoding | null> {
    return this.database.repository(Encoding).findOneBy({ id });
  }

  /** The encoding of a key, new or known; nobody forgets it before `tx` has ended, and of calls at the same time each gets the same. */
  static async remember(tx: EntityManager, { sourceSha256, level, format, options, tags }: EncodingKey): Promise<Encoding> {
    const tagHash = createHash('sha256')
      .update(JSON.stringify(Object.entries(tags).sort()))
      .digest('hex');
    const [row] = await queryRows<{ id: string }>(
      tx,
      `INSERT INTO audio.encoding (source_sha256, level, format, options, plan_version, tag_hash) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (source_sha256, level, format, options, plan_version, tag_hash) DO UPDATE SET level = excluded.level RETURNING id`,
      [sourceSha256, level, format, JSON.stringify(options), planVersion, tagHash],
    );
    return tx.getRepository(Encoding).findOneByOrFail({ id: row!.id });
  }

  /** Makes one job the only one that encodes. */
  claim(id: string, jobId: string): Promise<Claim> {
    return this.database.transaction((tx) => claimRow(tx, claimable, id, jobId));
  }

  /**
   * Other levels of the same source, format, options and tags that wait for their jobs become this job's too, so that one decode serves all of them. Their own
   * jobs find them done; until this one has ended, they wait for it.
   */
  async claimCompanions({ id, level }: Encoding, jobId: string): Promise<Encoding[]> {
    if (level === 'auto') return [];
    return this.database.transaction(async (tx) => {
      const locked = await queryRows<{ id: string }>(
        tx,
        `SELECT e.id FROM audio.encoding e JOIN audio.encoding own
           ON (e.source_sha256, e.format, e.options, e.plan_version, e.tag_hash) = (own.source_sha256, own.format, own.options, own.plan_version, own.tag_hash)
         WHERE own.id = $1 AND e.id <> own.id AND NOT own.alone AND NOT e.alone AND e.level <> 'auto' AND e.sha256 IS NULL
         ORDER BY e.id FOR NO KEY UPDATE OF e SKIP LOCKED`,
        [id],
      );
      // A statement of its own: this snapshot sees the job running that has claimed one of them before the lock.
      const rows = await queryRows<{ id: string }>(
        tx,
        `UPDATE audio.encoding e SET claimed_by = $2 WHERE id = ANY($1)
           AND EXISTS (SELECT 1 FROM audio.rendition r JOIN jobs.job j ON j.id = r.job_id WHERE r.encoding_id = e.id AND j.state = 'queued')
           AND NOT EXISTS (SELECT 1 FROM jobs.job j WHERE j.id = e.claimed_by AND j.state = 'running')
         RETURNING id`,
        [locked.map((row) => row.id), jobId],
      );
      const companions = await tx.getRepository(Encoding).findBy({ id: In(rows.map((row) => row.id)) });
      return companions.sort((a, b) => (a.id < b.id ? -1 : 1));
    });
  }

  /** Together they cannot be made: each is left to its own job, which takes no company. */
  async part(own: Encoding, companions: readonly Encoding[], jobId: string): Promise<void> {
    await queryRows(
      this.database.source,
      `UPDATE audio.encoding AS e SET alone = true, claimed_by = CASE WHEN e.id = $2 THEN $3::uuid END
       FROM (SELECT id FROM audio.encoding WHERE id = ANY($1) AND claimed_by = $3 ORDER BY id FOR NO KEY UPDATE) AS held WHERE e.id = held.id`,
      [[own, ...companions].map(({ id }) => id), own.id, jobId],
    );
  }

  /** Remembers how long a companion took, for the metrics of the job that it was made for. */
  static async leaveUncounted(tx: EntityManager, id: string, seconds: number): Promise<void> {
    await queryRows(tx, 'UPDATE audio.encoding SET uncounted_seconds = $2 WHERE id = $1', [id, seconds]);
  }

  /** Lock it first. @returns how long it took, to the first job that asks; undefined when it was counted */
  static async takeUncounted(tx: EntityManager, id: string): Promise<number | undefined> {
    const [row] = await queryRows<{ seconds: number | null }>(tx, 'SELECT uncounted_seconds AS seconds FROM audio.encoding WHERE id = $1', [
      id,
    ]);
    if (row?.seconds == null) return undefined;
    await queryRows(tx, 'UPDATE audio.encoding SET uncounted_seconds = NULL WHERE id = $1', [id]);
    return row.seconds;
  }

  /** @returns false when no rendition refers to it any more: nothing is written then */
  static async save(tx: EntityManager, id: string, { sha256, sizeBytes, result }: StoredEncoding): Promise<boolean> {
    const saved = await queryRows(
      tx,
      'UPDATE audio.encoding SET sha256 = $2, size_bytes = $3, result = $4, claimed_by = NULL WHERE id = $1 RETURNING id',
      [id, sha256, sizeBytes, JSON.stringify(result)],
    );
    if (saved.length > 0) await BlobReferences.hold(tx, sha256, holderOf(id));
    return saved.length > 0;
  }

  /** Waits for whoever adds a rendition or saves; in one order, so that two calls do not wait for each other. */
  static async lock(tx: EntityManager, ids: readonly string[]): Promise<void> {
    await queryRows(tx, 'SELECT 1 FROM audio.encoding WHERE id = ANY($1) ORDER BY id FOR UPDATE', [ids]);
  }

  /** Forgets those to which no rendition refers, and lets go of their bytes. Lock them first, in an earlier statement. */
  static async forgetUnused(tx: EntityManager, ids: readonly string[]): Promise<void> {
    const forgotten = await queryRows<{ id: string; sha256: string | null }>(
      tx,
      `DELETE FROM audio.encoding e WHERE id = ANY($1) AND NOT EXISTS (SELECT 1 FROM audio.rendition r WHERE r.encoding_id = e.id)
       RETURNING id, sha256`,
      [ids],
    );
    const made = forgotten.flatMap(({ id, sha256 }) => (sha256 === null ? [] : [{ sha256, holder: holderOf(id) }]));
    if (made.length > 0) await BlobReferences.releaseMany(tx, made);
  }
}
