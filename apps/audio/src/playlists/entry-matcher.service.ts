/**
 * Which track of an owner an entry of a file means: its id, else the owner's id, else artist and title ({@link bestOf}), else the name of the file. An entry
 * that names another playlist is found by its ids alone. Every look-up names the owner.
 */
import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { queryRows, titleOrder, titleOrderLength } from '#storage';
import { bestOf, type Candidate, folded, type Reading, readingsOf, wordsOf } from './files/entry-readings.ts';
import { isPlaylist, type PlaylistEntry, type WrittenTrack } from './files/playlist-entry.ts';

/** Texts asked for in one query. */
const textsAtOnce = 500;
/** Entries that are compared before others have a turn. */
const entriesAtOnce = 200;
/** Tracks of one title, and of one title and artist, that are compared. */
const candidatesMax = 100;

/** The columns of tracks that fields of an entry are equal to. */
const columns = { trackId: ['id', 'uuid'], externalId: ['external_id', 'text'], fileName: ['file_name', 'text'] } as const;

@Injectable()
export class EntryMatcher {
  constructor(private readonly database: Database) {}

  /** @returns a track for each entry; null where there is none */
  async match(ownerId: string, entries: readonly PlaylistEntry[]): Promise<(string | null)[]> {
    const byId = await this.idsBy('trackId', ownerId, entries);
    const byExternalId = await this.idsBy('externalId', ownerId, entries);
    const named = entries.map((entry) => byId.get(entry.trackId ?? '') ?? byExternalId.get(entry.externalId ?? ''));
    const left = entries.filter((entry, at) => named[at] === undefined && !isPlaylist(entry));
    const byFileName = await this.idsBy('fileName', ownerId, left);
    const readings = new Map(left.map((entry) => [entry, readingsOf(entry)]));
    const found = await this.candidates(ownerId, [...readings.values()].flat());
    const matched: (string | null)[] = [];
    for (const [at, entry] of entries.entries()) {
      if (at % entriesAtOnce === entriesAtOnce - 1) await setImmediate(); // 10,000 entries with 100 candidates each would hold up everything else
      const read = readings.get(entry);
      const best = read && bestOf(read, entry.durationSeconds, (reading) => textsOf(reading).flatMap((text) => found.get(text) ?? []));
      matched.push(named[at] ?? best ?? (read && byFileName.get(entry.fileName ?? '')) ?? null);
    }
    return matched;
  }

  /** What files say of tracks, by id; tracks that are gone have no entry. */
  async describe(ownerId: string, trackIds: readonly string[]): Promise<ReadonlyMap<string, WrittenTrack>> {
    const rows = await queryRows<WrittenTrack>(
      this.database.source,
      `SELECT t.id AS "trackId", t.external_id AS "externalId", t.title, coalesce(r.media #>> '{tags,artist}', '') AS artist,
              coalesce(r.media #>> '{tags,album}', '') AS album, t.file_name AS "fileName", t.duration_seconds AS "durationSeconds"
       FROM audio.track t JOIN audio.recording r ON r.sha256 = t.sha256 WHERE t.owner_id = $1 AND t.id = ANY($2::uuid[])`,
      [ownerId, trackIds],
    );
    return new Map(rows.map((row) => [row.trackId, row]));
  }

  /** @returns tracks by the value of one field; of several with one value the oldest */
  private async idsBy(
    field: keyof typeof columns,
    ownerId: string,
    entries: readonly PlaylistEntry[],
  ): Promise<ReadonlyMap<string, string>> {
    const asked = [...new Set(entries.flatMap((entry) => entry[field] ?? []))];
    if (asked.length === 0) return new Map();
    const [column, type] = columns[field];
    const rows = await queryRows<{ id: string; value: string }>(
      this.database.source,
      `SELECT DISTINCT ON (${column}) id, ${column}::text AS value FROM audio.track WHERE owner_id = $1 AND ${column} = ANY($2::${type}[])
       ORDER BY ${column}, created_at, id`,
      [ownerId, asked],
    );
    return new Map(rows.map(({ id, value }) => [value, id]));
  }

  /** @returns tracks by what their search texts begin with */
  private async candidates(ownerId: string, readings: readonly Reading[]): Promise<ReadonlyMap<string, readonly Candidate[]>> {
    const asked = [...new Set(readings.flatMap(textsOf))];
    const found = new Map<string, Candidate[]>();
    for (let at = 0; at < asked.length; at += textsAtOnce) {
      const rows = await queryRows<Omit<Candidate, 'artist' | 'artistWords'> & { text: string; artist: string | null }>(
        this.database.source,
        beginQuery,
        [ownerId, asked.slice(at, at + textsAtOnce)],
      );
      for (const { text, artist, ...row } of rows) {
        const name = folded(artist);
        const candidate = { ...row, artist: name, artistWords: wordsOf(name) };
        const others = found.get(text);
        if (others) others.push(candidate);
        else found.set(text, [candidate]);
      }
    }
    return found;
  }
}

/**
 * The title is the first line of a search text, the artist the second one where it is known. Both together are asked for as well, so that the right track is
 * among the candidates however many have its title.
 */
const textsOf = ({ title, artist }: Reading): string[] =>
  artist === '' ? [title] : [`${title}\n${artist}`.slice(0, titleOrderLength).toWellFormed(), title];

const indexed = titleOrder('search_text');
/** Search texts of these first lines are a range of the index, which ends above the line break that follows them. */
const beginQuery = `SELECT a.text, t.id, r.media #>> '{tags,artist}' AS artist, t.duration_seconds AS "durationSeconds"
  FROM unnest($2::text[]) AS a(text)
  CROSS JOIN LATERAL (
    SELECT id, sha256, duration_seconds FROM audio.track
    WHERE owner_id = $1 AND ${indexed} >= a.text COLLATE "C" AND ${indexed} < (a.text || E'\\x0b') COLLATE "C"
    ORDER BY ${indexed}, id LIMIT ${candidatesMax}) AS t
  JOIN audio.recording r ON r.sha256 = t.sha256`;
