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

export interface DurationChange {
  readonly trackId: string;
  /** What its duration is longer than before; negative where it is shorter. */
  readonly seconds: number;
}

/**
 * Brings the durations of playlists up to date after those of tracks, which are locked, have changed. Only the items of these tracks are read: they are
 * in the playlists of all owners who have the same bytes. This is no change of their owner: the revision stays.
 */
export async function addToDurations(tx: EntityManager, changes: readonly DurationChange[]): Promise<void> {
  const changed = changes.filter(({ seconds }) => seconds !== 0);
  if (changed.length === 0) return;
  const trackIds = changed.map(({ trackId }) => trackId);
  if ((await lockPlaylistsWith(tx, trackIds)).length === 0) return;
  await queryRows(
    tx,
    `UPDATE audio.playlist p SET duration_seconds = greatest(0, p.duration_seconds + s.seconds), updated_at = now()
     FROM (SELECT i.playlist_id, sum(c.seconds) AS seconds
           FROM unnest($1::uuid[], $2::float8[]) AS c (track_id, seconds) JOIN audio.playlist_item i USING (track_id) GROUP BY i.playlist_id) AS s
     WHERE p.id = s.playlist_id`,
    [trackIds, changed.map(({ seconds }) => seconds)],
  );
}

async function lockPlaylistsWith(tx: EntityManager, trackIds: readonly string[]): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(
    tx,
    `SELECT id FROM audio.playlist WHERE id IN (SELECT playlist_id FROM audio.playlist_item WHERE track_id = ANY($1::uuid[]))
     ORDER BY id FOR NO KEY UPDATE`,
    [trackIds],
  );
  return rows.map(({ id }) => id);
}

/** Counts items and durations anew, and moves the revision. The rows of the playlists are locked; a statement of its own sees what the locks have waited for. */
export async function recountPlaylists(tx: EntityManager, playlistIds: readonly string[]): Promise<void> {
  await queryRows(
    tx,
    `UPDATE audio.playlist p SET item_count = s.items, duration_seconds = s.seconds, revision = p.revision + 1, updated_at = now()
     FROM (SELECT p.id, count(i.id)::integer AS items, coalesce(sum(t.duration_seconds), 0) AS seconds
           FROM audio.playlist p LEFT JOIN audio.playlist_item i ON i.playlist_id = p.id LEFT JOIN audio.track t ON t.id = i.track_id
           WHERE p.id = ANY($1::uuid[]) GROUP BY p.id) AS s
     WHERE p.id = s.id`,
    [playlistIds],
  );
}
