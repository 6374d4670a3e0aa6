/** Saved videos as rows of their owner. Every query names the owner. */
import { Injectable } from '@nestjs/common';
import { Column, Entity } from 'typeorm';
import { type listSavedVideos, type OwnerChanges, type RequestOf } from '#contracts';
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
  updateOwned,
  violatedIndex,
} from '#storage';

@Entity({ schema: 'audio', name: 'saved_video' })
export class SavedVideoRow extends OwnedRow {
  @Column('text', { name: 'youtube_id' })
  youTubeId!: string;
}

export type ListSavedVideos = RequestOf<typeof listSavedVideos>;

const savedVideosList: ListDeclaration<ListSavedVideos> = { equals: { youTubeId: 'saved_video.youtube_id' } };

@Injectable()
export class SavedVideoStore {
  constructor(private readonly database: Database) {}

  /** @returns false when the owner has this video already, also when another call saves it at the same time. @throws Failure `external-id-taken` */
  async add(row: NewOwnedRow<SavedVideoRow>): Promise<boolean> {
    try {
      await this.database.transaction((tx) => insertOwned(tx, SavedVideoRow, row));
      return true;
    } catch (error) {
      if (violatedIndex(error) === 'saved_video_youtube_id') return false;
      throw error;
    }
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
