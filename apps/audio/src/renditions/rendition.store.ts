/** Whose rendition is whose. Every query of a request names the owner: another one's rendition is not there. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import {
  type AudioFormat,
  type CompressionLevel,
  Failure,
  type listTrackRenditions,
  type RequestedLevel,
  type RequestOf,
  trackRenditionsMax,
} from '#contracts';
import { Database, JobStore } from '#platform';
import { insertOwned, type ListDeclaration, loadList, type NewOwnedRow, type OwnedKey, OwnedRow, type Page, queryRows } from '#storage';
import { Encoding, EncodingStore } from './encoding.store.ts';

@Entity({ schema: 'audio', name: 'rendition' })
export class RenditionRow extends OwnedRow {
  @Column('uuid', { name: 'track_id' })
  trackId!: string;

  @Column('uuid', { name: 'encoding_id' })
  encodingId!: string;

  @ManyToOne(() => Encoding)
  @JoinColumn({ name: 'encoding_id' })
  encoding!: Relation<Encoding>;

  @Column('uuid', { name: 'job_id' })
  jobId!: string;

  @Column('text', { name: 'requested_level' })
  requestedLevel!: RequestedLevel;

  /** Null until `auto` has decided. */
  @Column('text', { nullable: true })
  level!: CompressionLevel | null;

  @Column('text')
  format!: AudioFormat;

  @Column('boolean', { default: false })
  ready!: boolean;
}

export type ListRenditions = RequestOf<typeof listTrackRenditions>;

const renditionsList: ListDeclaration<Omit<ListRenditions, 'trackId'>> = {
  equals: {
    level: 'rendition.level',
    format: 'rendition.format',
    state: JobStore.resourceStates('rendition.ready', 'rendition.job_id'),
  },
};

export interface OwnedTrack {
  readonly trackId: string;
  readonly ownerId: string;
}

@Injectable()
export class RenditionStore {
  constructor(private readonly database: Database) {}

  /** Hold the track first. @throws Failure `too-many-renditions` */
  static async requireRoom(tx: EntityManager, trackId: string): Promise<void> {
    if ((await tx.countBy(RenditionRow, { trackId })) >= trackRenditionsMax)
      throw new Failure('too-many-renditions', `The track has ${trackRenditionsMax} renditions.`);
  }

  /** @throws Failure `external-id-taken` */
  add(tx: EntityManager, row: NewOwnedRow<RenditionRow>): Promise<void> {
    return insertOwned(tx, RenditionRow, row);
  }

  /** @param trackId absent: whichever track it is of */
  find({ id, ownerId }: OwnedKey, trackId?: string): Promise<RenditionRow | null> {
    const where = { id, ownerId, ...(trackId === undefined ? {} : { trackId }) };
    return this.database.repository(RenditionRow).findOne({ where, relations: { encoding: true } });
  }

  static findFor(tx: EntityManager, { trackId, ownerId }: OwnedTrack, encodingId: string): Promise<RenditionRow | null> {
    return tx.getRepository(RenditionRow).findOneBy({ trackId, ownerId, encodingId });
  }

  static async restart(tx: EntityManager, id: string, jobId: string): Promise<void> {
    await queryRows(tx, 'UPDATE audio.rendition SET job_id = $2, updated_at = now() WHERE id = $1', [id, jobId]);
  }

  /** @throws Failure `request-invalid` */
  list({ trackId, ownerId }: OwnedTrack, request: ListRenditions): Promise<Page<RenditionRow>> {
    const { trackId: _, ...wanted } = request;
    const query = this.database.repository(RenditionRow).createQueryBuilder('rendition').where({ ownerId, trackId });
    return loadList(query.leftJoinAndSelect('rendition.encoding', 'encoding'), wanted, renditionsList);
  }

  /** At most {@link trackRenditionsMax}, new to old. */
  allOf({ trackId, ownerId }: OwnedTrack): Promise<RenditionRow[]> {
    const order = { createdAt: 'DESC', id: 'DESC' } as const;
    return this.database
      .repository(RenditionRow)
      .find({ where: { trackId, ownerId }, relations: { encoding: true }, order, take: trackRenditionsMax });
  }

  /** Makes the rendition ready for which a job has worked. @returns its owner; undefined when it was deleted */
  static async finish(tx: EntityManager, jobId: string, level: CompressionLevel): Promise<string | undefined> {
    const [row] = await queryRows<{ ownerId: string }>(
      tx,
      `UPDATE audio.rendition SET ready = true, level = $2, updated_at = now() WHERE job_id = $1 AND NOT ready RETURNING owner_id AS "ownerId"`,
      [jobId, level],
    );
    return row?.ownerId;
  }

  /** Of two calls at the same time, one removes it. @returns bytes that its owner does not use any more; undefined when it was not there */
  static async remove(tx: EntityManager, { id, ownerId }: OwnedKey, encodingId: string): Promise<number | undefined> {
    await EncodingStore.lock(tx, [encodingId]);
    const removed = await removeWhere(tx, 'r.id = $1 AND r.owner_id = $2', [id, ownerId]);
    await EncodingStore.forgetUnused(tx, [encodingId]);
    return removed.length > 0 ? bytesOf(removed) : undefined;
  }

  /** All renditions of a track that is about to be deleted; lock its recording first. @returns bytes that its owner does not use any more */
  static async removeOf(tx: EntityManager, trackId: string): Promise<number> {
    const rows = await queryRows<{ id: string }>(tx, 'SELECT encoding_id AS id FROM audio.rendition WHERE track_id = $1', [trackId]);
    const encodings = rows.map(({ id }) => id);
    await EncodingStore.lock(tx, encodings);
    const removed = await removeWhere(tx, 'r.track_id = $1', [trackId]);
    await EncodingStore.forgetUnused(tx, encodings);
    return bytesOf(removed);
  }

  /** Jobs that may still work on renditions of a track. */
  static async openJobs(tx: EntityManager, trackId: string): Promise<string[]> {
    const rows = await queryRows<{ id: string }>(tx, 'SELECT job_id AS id FROM audio.rendition WHERE track_id = $1 AND NOT ready', [
      trackId,
    ]);
    return rows.map(({ id }) => id);
  }
}

interface Removed {
  readonly ready: boolean;
  readonly sizeBytes: string | null;
}

const removeWhere = (tx: EntityManager, condition: string, values: readonly unknown[]): Promise<Removed[]> =>
  queryRows<Removed>(
    tx,
    `DELETE FROM audio.rendition r USING audio.encoding e WHERE ${condition} AND e.id = r.encoding_id
     RETURNING r.ready, e.size_bytes AS "sizeBytes"`,
    values,
  );

const bytesOf = (removed: readonly Removed[]) => removed.reduce((sum, { ready, sizeBytes }) => sum + (ready ? Number(sizeBytes) : 0), 0);
