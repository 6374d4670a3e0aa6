/** Whose rendition is whose. Every query names the owner: another one's rendition is not there. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager } from 'typeorm';
import { type listVideoRenditions, namedPreset, type RequestOf, type VideoPreset } from '#contracts';
import { Database, JobStore } from '#platform';
import { insertOwned, type ListDeclaration, loadList, type NewOwnedRow, OwnedRow, type Page, queryRows } from '#storage';

@Entity({ schema: 'video', name: 'rendition' })
export class RenditionRow extends OwnedRow {
  @Column('uuid', { name: 'video_id' })
  videoId!: string;

  @Column('text')
  preset!: VideoPreset;

  @Column('integer', { name: 'preset_version' })
  presetVersion!: number;

  @Column('uuid', { name: 'encoding_id' })
  encodingId!: string;

  @Column('uuid', { name: 'job_id' })
  jobId!: string;

  /** Encoded and counted: its owner was told. */
  @Column('boolean', { default: false })
  ready!: boolean;

  /** What the meter `storageBytes` has counted for it: 0 until it is ready. */
  @Column('bigint', { name: 'counted_bytes', default: 0, transformer: { from: Number, to: (value: number) => value } })
  countedBytes!: number;
}

export type ListRenditions = Omit<RequestOf<typeof listVideoRenditions>, 'videoId'>;

export interface RenditionKey {
  readonly renditionId: string;
  readonly videoId: string;
  readonly ownerId: string;
}

const renditionsList: ListDeclaration<Omit<ListRenditions, 'preset'>> = {
  equals: { state: JobStore.resourceStates('rendition.ready', 'rendition.job_id') },
};

@Injectable()
export class RenditionStore {
  constructor(private readonly database: Database) {}

  /** @throws Failure `external-id-taken` */
  add(tx: EntityManager, row: NewOwnedRow<RenditionRow>): Promise<void> {
    return insertOwned(tx, RenditionRow, row, [row.preset ?? '']);
  }

  /** @returns the id of the video's rendition of this preset, if there is one */
  async findOf(tx: EntityManager, { videoId, preset, presetVersion }: Pick<RenditionRow, 'videoId' | 'preset' | 'presetVersion'>) {
    const found = await tx.findOne(RenditionRow, { where: { videoId, preset, presetVersion }, select: { id: true } });
    return found?.id;
  }

  find({ renditionId: id, videoId, ownerId }: RenditionKey): Promise<RenditionRow | null> {
    return this.database.repository(RenditionRow).findOneBy({ id, videoId, ownerId });
  }

  /** By its id alone. */
  findById(id: string, ownerId: string): Promise<RenditionRow | null> {
    return this.database.repository(RenditionRow).findOneBy({ id, ownerId });
  }

  /** @throws Failure `request-invalid` */
  list({ videoId, ownerId }: Omit<RenditionKey, 'renditionId'>, request: ListRenditions): Promise<Page<RenditionRow>> {
    const query = this.database.repository(RenditionRow).createQueryBuilder('rendition').where({ ownerId, videoId });
    const { preset, ...rest } = request;
    const { name, version } = preset ? namedPreset(preset) : {};
    if (name) query.andWhere('rendition.preset = :name', { name });
    if (version) query.andWhere('rendition.preset_version = :version', { version });
    return loadList(query, rest, renditionsList);
  }

  /** All of a video, whose they are: at most one for each preset. */
  allOf(
    { videoId, ownerId }: Omit<RenditionKey, 'renditionId'>,
    on: EntityManager = this.database.source.manager,
  ): Promise<RenditionRow[]> {
    return on.getRepository(RenditionRow).findBy({ videoId, ownerId });
  }

  /** The rendition that this job makes is ready: its owner hears of it, and usage counts its bytes. @returns false when it is gone, or counted already */
  static async count(tx: EntityManager, jobId: string, bytes: number): Promise<boolean> {
    const rows = await queryRows(
      tx,
      'UPDATE video.rendition SET ready = true, counted_bytes = $2, updated_at = now() WHERE job_id = $1 AND NOT ready RETURNING id',
      [jobId, bytes],
    );
    return rows.length > 0;
  }

  /** Of two calls at the same time, one removes it. @returns the bytes that usage had counted; undefined when it is not there */
  static async remove(tx: EntityManager, { renditionId, videoId, ownerId }: RenditionKey): Promise<number | undefined> {
    const [row] = await queryRows<{ bytes: number }>(
      tx,
      'DELETE FROM video.rendition WHERE id = $1 AND video_id = $2 AND owner_id = $3 RETURNING counted_bytes::float8 AS bytes',
      [renditionId, videoId, ownerId],
    );
    return row?.bytes;
  }
}
