/**
 * Which track of an owner an entry of a file means: its id, else the owner's id, else artist and title (without case and diacritics, and with the
 * duration within two seconds where both have one), else the name of the file. Every look-up names the owner.
 */
import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { queryRows, searchText, titleOrder, titleOrderLength } from '#storage';
import type { PlaylistEntry, WrittenTrack } from './files/playlist-entry.ts';

const durationToleranceSeconds = 2;
/** Titles asked for in one query. */
const titlesAtOnce = 500;
/** Tracks of one title that are compared. */
const candidatesMax = 20;
/** A track with the title of a reading; its artist is folded. */
interface Candidate {
  readonly id: string;
  readonly artist: string;
  readonly durationSeconds: number | null;
}
/** What a file may mean by an entry: a title and perhaps an artist, both folded; without an artist ''. */
interface Reading {
  readonly title: string;
  readonly artist: string;
}

/** One line without case and diacritics, as far as the index on titles has it. */
const folded = (text: string | null | undefined): string => searchText(text ?? '').slice(0, titleOrderLength);

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
    const left = entries.filter((_, at) => named[at] === undefined);
    const byFileName = await this.idsBy('fileName', ownerId, left);
    const readings = new Map(left.map((entry) => [entry, readingsOf(entry)]));
    const byTitle = await this.candidates(
      ownerId,
      [...readings.values()].flat().map(({ title }) => title),
    );
    return entries.map(
      (entry, at) =>
        named[at] ?? bestOf(readings.get(entry)!, entry.durationSeconds, byTitle) ?? byFileName.get(entry.fileName ?? '') ?? null,
    );
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

  /** @returns tracks by their folded title */
  private async candidates(ownerId: string, titles: readonly string[]): Promise<ReadonlyMap<string, readonly Candidate[]>> {
    const asked = [...new Set(titles)];
    const found = new Map<string, Candidate[]>();
    for (let at = 0; at < asked.length; at += titlesAtOnce) {
      const rows = await queryRows<Omit<Candidate, 'artist'> & { title: string; artist: string | null }>(this.database.source, titleQuery, [
        ownerId,
        asked.slice(at, at + titlesAtOnce),
      ]);
      for (const { title, artist, ...row } of rows) found.set(title, [...(found.get(title) ?? []), { ...row, artist: folded(artist) }]);
    }
    return found;
  }
}

const indexed = titleOrder('search_text');
/** The title is the first line of the search text: it is found in a range of the index, which ends above the line break that follows it. */
const titleQuery = `SELECT a.title, t.id, r.media #>> '{tags,artist}' AS artist, t.duration_seconds AS "durationSeconds"
  FROM unnest($2::text[]) AS a(title)
  CROSS JOIN LATERAL (
    SELECT id, sha256, duration_seconds FROM audio.track
    WHERE owner_id = $1 AND ${indexed} >= a.title COLLATE "C" AND ${indexed} < (a.title || E'\\x0b') COLLATE "C"
    ORDER BY ${indexed}, id LIMIT ${candidatesMax}) AS t
  JOIN audio.recording r ON r.sha256 = t.sha256`;

/** The title as it is said, then "artist - title", which many programs write into one field or into the name of the file. */
function readingsOf({ title, artist, fileName }: PlaylistEntry): Reading[] {
  const stem = fileName?.replace(/\.[^.]{1,10}$/, '');
  const said = [[title, artist], [artist && title && `${artist} - ${title}`], [stem], stem ? splitName(stem) : []] as const;
  return said.map(([name, by]) => ({ title: folded(name), artist: folded(by) })).filter((reading) => reading.title !== '');
}

/** The title and the artist in "artist - title"; nothing where there is no dash. */
function splitName(stem: string): readonly [title?: string, artist?: string] {
  const dash = stem.indexOf(' - ');
  return dash < 0 ? [] : [stem.slice(dash + 3), stem.slice(0, dash)];
}

function bestOf(
  readings: readonly Reading[],
  durationSeconds: number | undefined,
  byTitle: ReadonlyMap<string, readonly Candidate[]>,
): string | undefined {
  const farBy = (candidate: Candidate) =>
    durationSeconds === undefined || candidate.durationSeconds === null ? 0 : Math.abs(candidate.durationSeconds - durationSeconds);
  for (const { title, artist } of readings) {
    const fitting = (byTitle.get(title) ?? []).filter(
      (candidate) => isSameArtist(candidate.artist, artist) && farBy(candidate) <= durationToleranceSeconds,
    );
    const [best] = fitting.sort((a, b) => farBy(a) - farBy(b) || (a.id < b.id ? -1 : 1));
    if (best) return best.id;
  }
  return undefined;
}

/** Where both are known; "Nina Simone" and "Nina Simone & band" are one. */
const isSameArtist = (a: string, b: string): boolean => a.includes(b) || b.includes(a);
