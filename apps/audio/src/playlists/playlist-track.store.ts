/**
 * Keeps playlists true while their tracks change. Locks are taken in one order everywhere: recording, tracks by id, playlists by id; so no two
 * transactions wait for each other.
 */
import type { EntityManager } from 'typeorm';
import { queryRows } from '#storage';

/** Removes a track that is about to be deleted from every playlist; call it before the row of the track is deleted, in the same transaction. */
export async function removeFromPlaylists(tx: EntityManager, trackId: string): Promise<void> {
  // Waits for whoever adds this track to a playlist; whoever comes later finds no track.
  await queryRows(tx, 'SELECT 1 FROM audio.track WHERE id = $1 FOR UPDATE', [trackId]);
  const ids = await lockPlaylistsWith(tx, [trackId]);
  if (ids.length === 0) return;
  await queryRows(tx, 'DELETE FROM audio.playlist_item WHERE track_id = $1', [trackId]);
  await recountPlaylists(tx, ids);
}

/** Brings the durations of playlists up to date after those of tracks have changed. This is no change of their owner: the revision stays. */
export async function refreshDurations(tx: EntityManager, trackIds: readonly string[]): Promise<void> {
  if (trackIds.length === 0) return;
  const ids = await lockPlaylistsWith(tx, trackIds);
  if (ids.length > 0) await recount(tx, ids, 0);
}

/** Counts items and durations anew, and moves the revision. The rows of the playlists are locked. */
export const recountPlaylists = (tx: EntityManager, playlistIds: readonly string[]): Promise<void> => recount(tx, playlistIds, 1);

async function lockPlaylistsWith(tx: EntityManager, trackIds: readonly string[]): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(
    tx,
    `SELECT id FROM audio.playlist WHERE id IN (SELECT playlist_id FROM audio.playlist_item WHERE track_id = ANY($1::uuid[]))
     ORDER BY id FOR NO KEY UPDATE`,
    [trackIds],
  );
  return rows.map(({ id }) => id);
}

/** A statement of its own after the locks: it sees what they have waited for. */
async function recount(tx: EntityManager, playlistIds: readonly string[], changes: 0 | 1): Promise<void> {
  await queryRows(
    tx,
    `UPDATE audio.playlist p SET item_count = s.items, duration_seconds = s.seconds, revision = p.revision + $2, updated_at = now()
     FROM (SELECT p.id, count(i.id)::integer AS items, coalesce(sum(t.duration_seconds), 0) AS seconds
           FROM audio.playlist p LEFT JOIN audio.playlist_item i ON i.playlist_id = p.id LEFT JOIN audio.track t ON t.id = i.track_id
           WHERE p.id = ANY($1::uuid[]) GROUP BY p.id) AS s
     WHERE p.id = s.id`,
    [playlistIds, changes],
  );
}
