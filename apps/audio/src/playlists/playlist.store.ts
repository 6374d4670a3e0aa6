/** Playlists as rows of their owner. Every query names the owner. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager } from 'typeorm';
import { Failure, type listPlaylists, type OwnerChanges, playlistsMax, type RequestOf } from '#contracts';
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
  updateOwned,
} from '#storage';

@Entity({ schema: 'audio', name: 'playlist' })
export class PlaylistRow extends OwnedRow {
  @Column('text')
  description!: string;

  /** Counted anew whenever items change, with the duration. */
  @Column('integer', { name: 'item_count', default: 0 })
  itemCount!: number;

  @Column('float8', { name: 'duration_seconds', default: 0 })
  durationSeconds!: number;
}

export type ListPlaylists = RequestOf<typeof listPlaylists>;
export type PlaylistChanges = OwnerChanges & { readonly description?: string | undefined; readonly ifRevision?: number | undefined };

const playlistsList: ListDeclaration<Omit<ListPlaylists, 'trackId'>> = {
  sorts: { updatedAt: { sql: 'playlist.updated_at', type: 'timestamp' } },
  ranges: { itemCount: 'playlist.item_count' },
};

@Injectable()
export class PlaylistStore {
  constructor(private readonly database: Database) {}

  /** Others of the same owner wait until `tx` has ended. @throws Failure `too-many-playlists` */
  async requireRoom(tx: EntityManager, ownerId: string): Promise<void> {
    await queryRows(tx, `SELECT pg_advisory_xact_lock(hashtextextended('playlists ' || $1, 0))`, [ownerId]);
    if ((await tx.countBy(PlaylistRow, { ownerId })) >= playlistsMax)
      throw new Failure('too-many-playlists', `You have ${playlistsMax} playlists. No playlist was made.`);
  }

  /** @throws Failure `external-id-taken` */
  add(tx: EntityManager, row: NewOwnedRow<PlaylistRow>): Promise<void> {
    return insertOwned(tx, PlaylistRow, row, [row.description ?? '']);
  }

  /** @param tx the transaction that it is read in, where a change is told as it was made */
  find({ id, ownerId }: OwnedKey, tx?: EntityManager): Promise<PlaylistRow | null> {
    return (tx?.getRepository(PlaylistRow) ?? this.database.repository(PlaylistRow)).findOneBy({ id, ownerId });
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  list(ownerId: string, { trackId, ...request }: ListPlaylists): Promise<Page<PlaylistRow>> {
    const query = this.database.repository(PlaylistRow).createQueryBuilder('playlist').where({ ownerId });
    if (trackId)
      query.andWhere('playlist.id IN (SELECT i.playlist_id FROM audio.playlist_item i WHERE i.track_id = :trackId)', { trackId });
    return loadList(query, request, playlistsList);
  }

  /** @returns null when the owner has no such playlist. @throws Failure `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  update(key: OwnedKey, { description, ...changes }: PlaylistChanges): Promise<PlaylistRow | null> {
    const own = description === undefined ? {} : { values: { description }, searched: [description] };
    return this.database.transaction((tx) => updateOwned(tx, PlaylistRow, key, changes, own));
  }

  /** @returns false when the owner has no such playlist. @throws Failure `precondition-failed` */
  remove(key: OwnedKey, ifRevision?: number): Promise<boolean> {
    return this.database.transaction((tx) => deleteOwned(tx, PlaylistRow, key, ifRevision));
  }
}
