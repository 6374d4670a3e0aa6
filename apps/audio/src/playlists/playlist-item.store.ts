/**
 * The items of playlists. Whoever changes items holds the lock on the row of their playlist, so that editors at the same time work one after the other
 * and nothing is lost. Ranks have gaps; a place without a gap left has the whole playlist ranked anew.
 */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { decodeSortedCursor, encodeSortedCursor, type PlaylistItem } from '#contracts';
import { Database } from '#platform';
import { type OwnedKey, type Page, type Queryable, queryRows } from '#storage';

/** Distance of neighbours at the end of a playlist: 32 items fit one after the other into the same gap. 10,000 items stay below 2^53. */
const rankStep = 2 ** 32;

export interface LockedPlaylist {
  readonly itemCount: number;
  readonly revision: number;
}

export interface ItemPageRequest {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly trackId?: string | undefined;
}

type ItemRow = Pick<PlaylistItem, 'id' | 'position' | 'trackId'> & PlaylistItem['track'] & { readonly addedAt: Date };

const selectItems = `
  WITH ordered AS (
    SELECT id, track_id, added_at, (row_number() OVER (ORDER BY rank, id) - 1)::integer AS position
    FROM audio.playlist_item WHERE playlist_id = $1)
  SELECT o.id, o.position, o.track_id AS "trackId", o.added_at AS "addedAt", t.title, t.duration_seconds AS "durationSeconds", t.bpm, t.key, t.mode
  FROM ordered o JOIN audio.track t ON t.id = o.track_id`;

/** A track stands in a playlist once or a few times: then counting what is before it costs less than numbering all items. */
const fewItems = 8;
const selectFewItems = `SELECT i.id, i.track_id AS "trackId", i.added_at AS "addedAt", t.title, t.duration_seconds AS "durationSeconds", t.bpm, t.key, t.mode,
    (SELECT count(*) FROM audio.playlist_item b WHERE b.playlist_id = $1 AND (b.rank, b.id) < (i.rank, i.id))::integer AS position
  FROM (SELECT * FROM audio.playlist_item WHERE playlist_id = $1 AND track_id = $2 LIMIT $3) AS i JOIN audio.track t ON t.id = i.track_id
  ORDER BY i.rank, i.id`;

@Injectable()
export class PlaylistItemStore {
  constructor(private readonly database: Database) {}

  /** @returns null when the owner has no such playlist */
  async lock(tx: EntityManager, { id, ownerId }: OwnedKey): Promise<LockedPlaylist | null> {
    const [row] = await queryRows<LockedPlaylist>(
      tx,
      `SELECT item_count AS "itemCount", revision FROM audio.playlist WHERE id = $1 AND owner_id = $2 FOR NO KEY UPDATE`,
      [id, ownerId],
    );
    return row ?? null;
  }

  /**
   * Keeps the tracks from being deleted, and their durations from changing, until `tx` ends. Call it before the playlist is locked.
   * @returns the ids that are tracks of this owner
   */
  async holdTracks(tx: EntityManager, ownerId: string, trackIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await queryRows<{ id: string }>(
      tx,
      'SELECT id FROM audio.track WHERE owner_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR SHARE',
      [ownerId, trackIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** @param position at most the number of items. @returns the new ids, in order */
  async insert(tx: EntityManager, playlistId: string, trackIds: readonly string[], position: number): Promise<string[]> {
    const ranks = await this.ranksAt(tx, playlistId, position, trackIds.length);
    const rows = await queryRows<{ id: string }>(
      tx,
      `WITH added AS (
         INSERT INTO audio.playlist_item (playlist_id, track_id, rank)
         SELECT $1, * FROM unnest($2::uuid[], $3::bigint[]) RETURNING id, rank)
       SELECT id FROM added ORDER BY rank`,
      [playlistId, trackIds, ranks],
    );
    return rows.map(({ id }) => id);
  }

  /** @param position its place among the other items; beyond the end: at the end. @returns false when the playlist has no such item */
  async move(tx: EntityManager, playlistId: string, itemId: string, position: number): Promise<boolean> {
    const found = await queryRows(tx, 'SELECT 1 FROM audio.playlist_item WHERE id = $1 AND playlist_id = $2', [itemId, playlistId]);
    if (found.length === 0) return false;
    const [rank] = await this.ranksAt(tx, playlistId, position, 1, itemId);
    await queryRows(tx, 'UPDATE audio.playlist_item SET rank = $2 WHERE id = $1', [itemId, rank]);
    return true;
  }

  /** @returns false when the playlist has no such item */
  async remove(tx: EntityManager, playlistId: string, itemId: string): Promise<boolean> {
    const sql = 'DELETE FROM audio.playlist_item WHERE id = $1 AND playlist_id = $2 RETURNING id';
    return (await queryRows(tx, sql, [itemId, playlistId])).length > 0;
  }

  /** In the order of the playlist. */
  async findMany(tx: Queryable, playlistId: string, ids: readonly string[]): Promise<PlaylistItem[]> {
    const rows = await queryRows<ItemRow>(tx, `${selectItems} WHERE o.id = ANY($2::uuid[]) ORDER BY o.position`, [playlistId, ids]);
    return rows.map(presentItem);
  }

  /** Of all items, in the order of the playlist: 10,000 at most. */
  async trackIds({ id, ownerId }: OwnedKey): Promise<string[]> {
    const rows = await queryRows<{ trackId: string }>(
      this.database.source,
      `SELECT i.track_id AS "trackId" FROM audio.playlist_item i JOIN audio.playlist p ON p.id = i.playlist_id
       WHERE p.id = $1 AND p.owner_id = $2 ORDER BY i.rank, i.id`,
      [id, ownerId],
    );
    return rows.map(({ trackId }) => trackId);
  }

  /** A page goes on after the last item of the page before, wherever that is now. @throws Failure `request-invalid` for a wrong cursor */
  async page(playlistId: string, { cursor, limit, trackId }: ItemPageRequest): Promise<Page<PlaylistItem>> {
    const after = decodeSortedCursor(cursor, 'position', 'number');
    const few = trackId && !after ? await this.few(playlistId, trackId) : undefined;
    if (few && few.length <= limit) return { items: few, nextCursor: null };
    const rows = await queryRows<ItemRow>(
      this.database.source,
      `${selectItems}
       WHERE o.position >= coalesce((SELECT position + 1 FROM ordered WHERE id = $2::uuid), $3::float8) AND ($4::uuid IS NULL OR o.track_id = $4::uuid)
       ORDER BY o.position LIMIT $5`,
      [playlistId, after?.id ?? null, after?.value ?? 0, trackId ?? null, limit + 1],
    );
    const items = rows.slice(0, limit).map(presentItem);
    const last = rows.length > limit ? items.at(-1) : undefined;
    return { items, nextCursor: last ? encodeSortedCursor({ sort: 'position', value: last.position, id: last.id }) : null };
  }

  /** @returns the items with a track; undefined where there are many */
  private async few(playlistId: string, trackId: string): Promise<PlaylistItem[] | undefined> {
    const rows = await queryRows<ItemRow>(this.database.source, selectFewItems, [playlistId, trackId, fewItems + 1]);
    return rows.length > fewItems ? undefined : rows.map(presentItem);
  }

  /** `count` ascending ranks between the neighbours of a place, as if `without` were not there. */
  private async ranksAt(tx: EntityManager, playlistId: string, position: number, count: number, without?: string): Promise<number[]> {
    const ranks = ranksBetween(await this.neighbours(tx, playlistId, position, without), count);
    if (ranks) return ranks;
    await queryRows(
      tx,
      `UPDATE audio.playlist_item i SET rank = o.place * $2::bigint
       FROM (SELECT id, row_number() OVER (ORDER BY rank, id) AS place FROM audio.playlist_item WHERE playlist_id = $1) AS o
       WHERE i.id = o.id`,
      [playlistId, rankStep],
    );
    return ranksBetween(await this.neighbours(tx, playlistId, position, without), count)!;
  }

  private async neighbours(tx: EntityManager, playlistId: string, position: number, without?: string): Promise<Neighbours> {
    const rows = await queryRows<{ rank: string }>(
      tx,
      `SELECT rank FROM audio.playlist_item WHERE playlist_id = $1 AND ($4::uuid IS NULL OR id <> $4::uuid)
       ORDER BY rank, id OFFSET $2 LIMIT $3`,
      [playlistId, Math.max(0, position - 1), position === 0 ? 1 : 2, without ?? null],
    );
    const [first, second] = rows.map(({ rank }) => Number(rank));
    if (position === 0) return { after: first };
    return first === undefined ? this.end(tx, playlistId, without) : { before: first, after: second };
  }

  private async end(tx: EntityManager, playlistId: string, without?: string): Promise<Neighbours> {
    const [row] = await queryRows<{ rank: string | null }>(
      tx,
      'SELECT max(rank) AS rank FROM audio.playlist_item WHERE playlist_id = $1 AND ($2::uuid IS NULL OR id <> $2::uuid)',
      [playlistId, without ?? null],
    );
    return row?.rank ? { before: Number(row.rank) } : {};
  }
}

interface Neighbours {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
}

/** @returns null where the gap is too small, or where years of additions at one end have used up the integers that are exact */
function ranksBetween({ before, after }: Neighbours, count: number): number[] | null {
  const start = before ?? (after === undefined ? 0 : after - (count + 1) * rankStep);
  const step = after === undefined ? rankStep : Math.floor((after - start) / (count + 1));
  const isExact = Math.abs(start) < 2 ** 52 && Math.abs(start + count * step) < 2 ** 52;
  return step < 1 || !isExact ? null : Array.from({ length: count }, (_, at) => start + (at + 1) * step);
}

const presentItem = ({ id, position, trackId, addedAt, title, durationSeconds, bpm, key, mode }: ItemRow): PlaylistItem => ({
  ...{ id, position, trackId, track: { title, durationSeconds, bpm, key, mode } },
  addedAt: addedAt.toISOString(),
});
