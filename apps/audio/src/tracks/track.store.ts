/** Whose track is whose. Every query names the owner: another one's track is not there. */
import { Injectable } from '@nestjs/common';
import { Column, CreateDateColumn, Entity, type EntityManager, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Database } from '#platform';
import { loadPage, type Page, type PageRequest, queryRows } from '#storage';
import { Recording } from '../recordings/recording.store.ts';

@Entity({ schema: 'audio', name: 'track' })
export class TrackRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'owner_id' })
  ownerId!: string;

  @Column('text')
  sha256!: string;

  @ManyToOne(() => Recording)
  @JoinColumn({ name: 'sha256' })
  recording!: Relation<Recording>;

  @Column('text', { name: 'file_name' })
  fileName!: string;

  @Column('uuid', { name: 'job_id' })
  jobId!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

export type NewTrack = Pick<TrackRow, 'id' | 'ownerId' | 'sha256' | 'fileName' | 'jobId'>;

@Injectable()
export class TrackStore {
  constructor(private readonly database: Database) {}

  /** @returns false when a track with this id is there, also one that another transaction was writing meanwhile */
  async add(tx: EntityManager, track: NewTrack): Promise<boolean> {
    const { raw } = await tx.createQueryBuilder().insert().into(TrackRow).values(track).orIgnore().returning('id').execute();
    return (raw as unknown[]).length > 0;
  }

  find(id: string, ownerId: string): Promise<TrackRow | null> {
    return this.database.repository(TrackRow).findOne({ where: { id, ownerId }, relations: { recording: true } });
  }

  /** New to old. @throws Failure `request-invalid` for a cursor that is not ours */
  list(ownerId: string, page: PageRequest): Promise<Page<TrackRow>> {
    const query = this.database.repository(TrackRow).createQueryBuilder('track').innerJoinAndSelect('track.recording', 'recording');
    return loadPage(query.where('track.owner_id = :ownerId', { ownerId }), page);
  }

  /**
   * Of two calls at the same time, one removes the track and the other finds none.
   *
   * @returns the bytes it stood for; undefined when the owner has no such track
   */
  async remove(
    tx: EntityManager,
    id: string,
    ownerId: string,
  ): Promise<{ readonly sha256: string; readonly sizeBytes: number } | undefined> {
    const [removed] = await queryRows<{ sha256: string; sizeBytes: string }>(
      tx,
      `DELETE FROM audio.track t USING audio.recording r WHERE t.id = $1 AND t.owner_id = $2 AND r.sha256 = t.sha256
       RETURNING t.sha256, r.size_bytes AS "sizeBytes"`,
      [id, ownerId],
    );
    return removed && { sha256: removed.sha256, sizeBytes: Number(removed.sizeBytes) };
  }
}
