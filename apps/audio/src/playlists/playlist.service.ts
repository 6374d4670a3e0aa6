import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  type addPlaylistItems,
  type createPlaylist,
  Failure,
  type getPlaylistItem,
  type listPlaylistItems,
  type movePlaylistItem,
  type Playlist,
  type PlaylistItem,
  playlistMaxItems,
  type RequestOf,
  type removePlaylistItem,
} from '#contracts';
import { Database, requireSubject } from '#platform';
import { type OwnedKey, type Page, presentOwned, requireRevision } from '#storage';
import { type ListPlaylists, type PlaylistChanges, type PlaylistRow, PlaylistStore } from './playlist.store.ts';
import { type LockedPlaylist, PlaylistItemStore } from './playlist-item.store.ts';
import { recountPlaylists } from './playlist-track.store.ts';

type NewPlaylist = Omit<RequestOf<typeof createPlaylist>, 'trackIds'>;

@Injectable() // keeps tracks in the order of their owner's choice
export class PlaylistService {
  constructor(
    private readonly database: Database,
    private readonly playlists: PlaylistStore,
    private readonly items: PlaylistItemStore,
  ) {}

  /** @throws Failure `track-not-found`, `too-many-playlists`, `external-id-taken`; nothing is written then */
  async create({ trackIds = [], ...said }: NewPlaylist & { readonly trackIds?: readonly string[] | undefined }): Promise<Playlist> {
    const key = { id: randomUUID(), ownerId: requireSubject() };
    return this.database.transaction(async (tx) => {
      await this.requireTracks(tx, key.ownerId, trackIds);
      return this.add(tx, key, said, trackIds);
    });
  }

  /**
   * Leaves out tracks that are gone.
   *
   * @returns the playlist and the tracks that are left; null where none is, and nothing is written
   * @throws Failure `too-many-playlists`, `external-id-taken`; nothing is written then
   */
  async createWithTracksLeft(
    said: NewPlaylist,
    trackIds: readonly string[],
  ): Promise<{ readonly playlist: Playlist; readonly trackIds: ReadonlySet<string> } | null> {
    const key = { id: randomUUID(), ownerId: requireSubject() };
    return this.database.transaction(async (tx) => {
      const left = await this.items.holdTracks(tx, key.ownerId, trackIds);
      const ids = trackIds.filter((id) => left.has(id));
      return ids.length === 0 ? null : { playlist: await this.add(tx, key, said, ids), trackIds: left };
    });
  }

  /** Call it with the tracks held by {@link PlaylistItemStore.holdTracks}. */
  private async add(tx: EntityManager, key: OwnedKey, said: NewPlaylist, trackIds: readonly string[]): Promise<Playlist> {
    const { title = 'Playlist', description = '', ...owned } = said;
    await this.playlists.requireRoom(tx, key.ownerId);
    await this.playlists.add(tx, { ...key, ...owned, title, description });
    if (trackIds.length === 0) return this.read(tx, key.id);
    await this.items.insert(tx, key.id, trackIds, 0);
    return this.recount(tx, key.id);
  }

  /** @throws Failure `playlist-not-found`, also for a playlist of somebody else */
  async get(playlistId: string): Promise<Playlist> {
    return presentPlaylist(found(await this.playlists.find({ id: playlistId, ownerId: requireSubject() })));
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  async list(request: ListPlaylists): Promise<Page<Playlist>> {
    const { items, nextCursor } = await this.playlists.list(requireSubject(), request);
    return { items: items.map(presentPlaylist), nextCursor };
  }

  /** Ids of its tracks in their order; none for a playlist of somebody else. */
  trackIdsOf(playlistId: string): Promise<string[]> {
    return this.items.trackIds({ id: playlistId, ownerId: requireSubject() });
  }

  /** @throws Failure `playlist-not-found`, `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  async update(id: string, changes: PlaylistChanges): Promise<Playlist> {
    return presentPlaylist(found(await this.playlists.update({ id, ownerId: requireSubject() }, changes)));
  }

  /** @throws Failure `playlist-not-found`, `precondition-failed` */
  async remove(id: string, ifRevision?: number): Promise<void> {
    if (!(await this.playlists.remove({ id, ownerId: requireSubject() }, ifRevision))) throw notFound();
  }

  /** All of them or none. @throws Failure `playlist-not-found`, `track-not-found`, `playlist-full`, `precondition-failed` */
  async addItems({ playlistId, trackIds, position, ifRevision }: RequestOf<typeof addPlaylistItems>) {
    const ownerId = requireSubject();
    return this.database.transaction(async (tx) => {
      await this.requireTracks(tx, ownerId, trackIds);
      const { itemCount } = await this.lock(tx, playlistId, ifRevision);
      if (itemCount + trackIds.length > playlistMaxItems) throw full(itemCount);
      const ids = await this.items.insert(tx, playlistId, trackIds, Math.min(position ?? itemCount, itemCount));
      const playlist = await this.recount(tx, playlistId);
      return { added: await this.items.findMany(tx, playlistId, ids), playlist };
    });
  }

  /** @throws Failure `playlist-not-found`, `request-invalid` for a wrong cursor */
  async listItems({ playlistId, ...request }: RequestOf<typeof listPlaylistItems>): Promise<Page<PlaylistItem>> {
    await this.get(playlistId);
    return this.items.page(playlistId, request);
  }

  /** @throws Failure `playlist-not-found`, `playlist-item-not-found` */
  async getItem({ playlistId, itemId }: RequestOf<typeof getPlaylistItem>): Promise<PlaylistItem> {
    await this.get(playlistId);
    const [item] = await this.items.findMany(this.database.source, playlistId, [itemId]);
    if (!item) throw itemNotFound();
    return item;
  }

  /** @throws Failure `playlist-not-found`, `playlist-item-not-found`, `precondition-failed` */
  async moveItem({ playlistId, itemId, position, ifRevision }: RequestOf<typeof movePlaylistItem>) {
    return this.database.transaction(async (tx) => {
      const { itemCount } = await this.lock(tx, playlistId, ifRevision);
      const place = Math.min(position, Math.max(0, itemCount - 1));
      if (!(await this.items.move(tx, playlistId, itemId, place))) throw itemNotFound();
      const playlist = await this.recount(tx, playlistId);
      const [item] = await this.items.findMany(tx, playlistId, [itemId]);
      return { item: item!, playlist };
    });
  }

  /** @returns the playlist without it. @throws Failure `playlist-not-found`, `playlist-item-not-found`, `precondition-failed` */
  async removeItem({ playlistId, itemId, ifRevision }: RequestOf<typeof removePlaylistItem>): Promise<Playlist> {
    return this.database.transaction(async (tx) => {
      await this.lock(tx, playlistId, ifRevision);
      if (!(await this.items.remove(tx, playlistId, itemId))) throw itemNotFound();
      return this.recount(tx, playlistId);
    });
  }

  /** Call it where its items were changed. @returns the playlist as this change leaves it, whatever others do to it afterwards */
  private async recount(tx: EntityManager, id: string): Promise<Playlist> {
    await recountPlaylists(tx, [id]);
    return this.read(tx, id);
  }

  private async read(tx: EntityManager, id: string): Promise<Playlist> {
    return presentPlaylist(found(await this.playlists.find({ id, ownerId: requireSubject() }, tx)));
  }

  private async lock(tx: EntityManager, id: string, ifRevision: number | undefined): Promise<LockedPlaylist> {
    const locked = found(await this.items.lock(tx, { id, ownerId: requireSubject() }));
    requireRevision(locked, ifRevision);
    return locked;
  }

  private async requireTracks(tx: EntityManager, ownerId: string, trackIds: readonly string[]): Promise<void> {
    if (trackIds.length === 0) return;
    const known = await this.items.holdTracks(tx, ownerId, trackIds);
    const missing = trackIds.find((id) => !known.has(id));
    if (missing) throw new Failure('track-not-found', `There is no track ${missing}. Nothing was added.`);
  }
}

const presentPlaylist = (row: PlaylistRow): Playlist => ({
  kind: 'playlist',
  ...presentOwned(row),
  ...{ state: 'ready', job: null, problem: null },
  ...{ description: row.description, itemCount: row.itemCount, durationSeconds: row.durationSeconds },
});

function found<Row>(row: Row | null): Row {
  if (row === null) throw notFound();
  return row;
}

const notFound = () => new Failure('playlist-not-found', 'There is no such playlist.');
const itemNotFound = () => new Failure('playlist-item-not-found', 'The playlist has no such item.');
const full = (itemCount: number) =>
  new Failure('playlist-full', `The playlist has ${itemCount} items; at most ${playlistMaxItems} fit. Nothing was added.`);
