/** Saved videos as rows of their owner. Every query names the owner. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager } from 'typeorm';
import { type listSavedVideos, type OwnerChanges, ownerFieldLimits, type RequestOf } from '#contracts';
import { Database } from '#platform';
import {
  deleteOwned,
  insertOwned,
  type ListDeclaration,
  loadList,
  type NewOwnedRow,
  type OwnedKey,
  OwnedRow,
  type Page,
  queryRows,
  searchText,
  updateOwned,
  violatedIndex,
} from '#storage';
import type { VideoDetails } from '../provider-search/provider.ts';

@Entity({ schema: 'audio', name: 'saved_video' })
export class SavedVideoRow extends OwnedRow {
  @Column('text', { name: 'youtube_id' })
  youTubeId!: string;

  /** From here on null until YouTube has been asked. */
  @Column('text', { nullable: true })
  channel!: string | null;

  @Column('float8', { name: 'duration_seconds', nullable: true })
  durationSeconds!: number | null;

  /** The job that asks; null where there is no key. */
  @Column('uuid', { name: 'job_id', nullable: true })
  jobId!: string | null;

  /** Whether the job has written what it found. */
  @Column('boolean', { name: 'is_described', default: false })
  isDescribed!: boolean;
}

export const placeholderTitle = (youTubeId: string): string => `YouTube video ${youTubeId}`;

export type ListSavedVideos = RequestOf<typeof listSavedVideos>;

const savedVideosList: ListDeclaration<ListSavedVideos> = { equals: { youTubeId: 'saved_video.youtube_id' } };

@Injectable()
export class SavedVideoStore {
  constructor(private readonly database: Database) {}

  /**
   * @param startJob in the transaction of the row; its id is noted in it
   * @returns false when the owner has this video already, also when another call saves it at the same time
   * @throws Failure `external-id-taken`
   */
  async add(row: NewOwnedRow<SavedVideoRow>, startJob: (tx: EntityManager) => Promise<string | null>): Promise<boolean> {
    try {
      await this.database.transaction(async (tx) => insertOwned(tx, SavedVideoRow, { ...row, jobId: await startJob(tx) }));
      return true;
    } catch (error) {
      if (violatedIndex(error) === 'saved_video_youtube_id') return false;
      throw error;
    }
  }

  /** A title that the owner has given stays, also one that was given meanwhile. @param details undefined where YouTube knows no such video */
  static async describe(tx: EntityManager, { id, ownerId, youTubeId }: SavedVideoRow, details: VideoDetails | undefined): Promise<void> {
    const { channel = null, durationSeconds = null } = details ?? {};
    const sql = `UPDATE audio.saved_video SET channel = $3, duration_seconds = $4, is_described = true, updated_at = now() WHERE id = $1 AND owner_id = $2`;
    await queryRows(tx, sql, [id, ownerId, channel, durationSeconds]);
    if (!details) return;
    const title = details.title.slice(0, ownerFieldLimits.titleLength).toWellFormed();
    await queryRows(tx, 'UPDATE audio.saved_video SET title = $3, search_text = $4 WHERE id = $1 AND owner_id = $2 AND title = $5', [
      ...[id, ownerId, title, searchText(title), placeholderTitle(youTubeId)],
    ]);
  }

  find({ id, ownerId }: OwnedKey): Promise<SavedVideoRow | null> {
    return this.database.repository(SavedVideoRow).findOneBy({ id, ownerId });
  }

  findByYouTubeId(youTubeId: string, ownerId: string): Promise<SavedVideoRow | null> {
    return this.database.repository(SavedVideoRow).findOneBy({ youTubeId, ownerId });
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  list(ownerId: string, request: ListSavedVideos): Promise<Page<SavedVideoRow>> {
    const query = this.database.repository(SavedVideoRow).createQueryBuilder('saved_video').where({ ownerId });
    return loadList(query, request, savedVideosList);
  }

  /** @returns null when the owner has no such video. @throws Failure `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  update(key: OwnedKey, changes: OwnerChanges & { readonly ifRevision?: number | undefined }): Promise<SavedVideoRow | null> {
    return this.database.transaction((tx) => updateOwned(tx, SavedVideoRow, key, changes));
  }

  /** @returns false when the owner has no such video */
  remove(key: OwnedKey, ifRevision?: number): Promise<boolean> {
    return this.database.transaction((tx) => deleteOwned(tx, SavedVideoRow, key, ifRevision));
  }
}
