/**
 * Which track of an owner an entry of a file means: its id, else the owner's id, else artist and title (without case and diacritics, and with the
 * duration within two seconds where both have one), else the name of the file. Every look-up names the owner.
 */
import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { queryRows, searchText } from '#storage';
import type { PlaylistEntry, WrittenTrack } from './files/playlist-entry.ts';

const durationToleranceSeconds = 2;
/** Titles asked for in one query. */
const titlesAtOnce = 500;
/** Tracks of one title that are compared. */
const candidatesMax = 20;
/** The index on titles has their first 200 characters. */
const indexedLength = 200;

interface Candidate {
  readonly id: string;
  readonly title: string;
  readonly artist: string | null;
  readonly durationSeconds: number | null;
}
/** What a file may mean by an entry: a title, perhaps with an artist. */
interface Reading {
  readonly title: string;
  readonly artist?: string | undefined;
}

/** One line without case and diacritics. */
const folded = (text: string): string => searchText(text).slice(0, indexedLength);

@Injectable()
export class EntryMatcher {
  constructor(private readonly database: Database) {}

  /** @returns a track for each entry; null where there is none */
  async match(ownerId: string, entries: readonly PlaylistEntry[]): Promise<(string | null)[]> {
    const byId = await this.idsOf(
      ownerId,
      'id',
      entries.map(({ trackId }) => trackId),
    );
    const byExternalId = await this.idsOf(
      ownerId,
      'external_id',
      entries.map(({ externalId }) => externalId),
    );
    const left = entries.filter((entry) => !byId.has(entry.trackId ?? '') && !byExternalId.has(entry.externalId ?? ''));
    const byFileName = await this.idsOf(
      ownerId,
      'file_name',
      left.map(({ fileName }) => fileName),
    );
    const byTitle = await this.candidates(
      ownerId,
      left.flatMap(readingsOf).map(({ title }) => title),
    );
    return entries.map(
      (entry) =>
        byId.get(entry.trackId ?? '') ??
        byExternalId.get(entry.externalId ?? '') ??
        bestOf(entry, byTitle) ??
        byFileName.get(entry.fileName ?? '') ??
        null,
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

  /** By the value of a column; of several tracks with one value the oldest. */
  private async idsOf(
    ownerId: string,
    column: 'id' | 'external_id' | 'file_name',
    values: readonly (string | undefined)[],
  ): Promise<ReadonlyMap<string, string>> {
    const asked = [...new Set(values.filter((value) => value !== undefined))];
    if (asked.length === 0) return new Map();
    const type = column === 'id' ? 'uuid' : 'text';
    const rows = await queryRows<{ id: string; value: string }>(
      this.database.source,
      `SELECT id, ${column}::text AS value FROM audio.track WHERE owner_id = $1 AND ${column} = ANY($2::${type}[]) ORDER BY created_at DESC, id DESC`,
      [ownerId, asked],
    );
    return new Map(rows.map(({ id, value }) => [value, id]));
  }

  /** @returns tracks by their folded title */
  private async candidates(ownerId: string, titles: readonly string[]): Promise<ReadonlyMap<string, readonly Candidate[]>> {
    const asked = [...new Set(titles)];
    const found = new Map<string, Candidate[]>();
    for (let at = 0; at < asked.length; at += titlesAtOnce) {
      const rows = await queryRows<Candidate & { asked: string }>(this.database.source, titleQuery, [
        ownerId,
        asked.slice(at, at + titlesAtOnce),
      ]);
      for (const { asked: title, ...row } of rows) found.set(title, [...(found.get(title) ?? []), row]);
    }
    return found;
  }
}

/** The title is the first line of what is searched: a range of the index on titles, from the title to the title with a character above the line break. */
const titleQuery = `SELECT a.title AS asked, t.id, t.title, r.media #>> '{tags,artist}' AS artist, t.duration_seconds AS "durationSeconds"
  FROM unnest($2::text[]) AS a(title)
  CROSS JOIN LATERAL (
    SELECT id, title, sha256, duration_seconds FROM audio.track
    WHERE owner_id = $1 AND left(search_text, ${indexedLength}) >= a.title COLLATE "C" AND left(search_text, ${indexedLength}) < (a.title || E'\\x0b') COLLATE "C"
    ORDER BY left(search_text, ${indexedLength}), id LIMIT ${candidatesMax}) AS t
  JOIN audio.recording r ON r.sha256 = t.sha256`;

/** The title as it is said, then "artist - title", which many programs write into one field or into the name of the file. */
function readingsOf({ title, artist, fileName }: PlaylistEntry): Reading[] {
  const stem = fileName?.replace(/\.[^.]{1,10}$/, '');
  const whole = artist && title ? `${artist} - ${title}` : undefined;
  const said = [
    ...(title ? [{ title, artist }] : []),
    ...(whole ? [{ title: whole }] : []),
    ...(stem ? [{ title: stem }, ...splitNames(stem)] : []),
  ];
  return said.map((reading) => ({ ...reading, title: folded(reading.title) })).filter(({ title: name }) => name !== '');
}

function splitNames(stem: string): Reading[] {
  const dash = stem.indexOf(' - ');
  return dash < 0 ? [] : [{ artist: stem.slice(0, dash), title: stem.slice(dash + 3) }];
}

function bestOf(entry: PlaylistEntry, byTitle: ReadonlyMap<string, readonly Candidate[]>): string | undefined {
  const seconds = entry.durationSeconds;
  const farBy = ({ durationSeconds }: Candidate) =>
    seconds === undefined || durationSeconds === null ? 0 : Math.abs(durationSeconds - seconds);
  for (const { title, artist } of readingsOf(entry)) {
    const fitting = (byTitle.get(title) ?? []).filter(
      (candidate) =>
        folded(candidate.title) === title && isSameArtist(candidate.artist, artist) && farBy(candidate) <= durationToleranceSeconds,
    );
    const [best] = [...fitting].sort((a, b) => farBy(a) - farBy(b) || (a.id < b.id ? -1 : 1));
    if (best) return best.id;
  }
  return undefined;
}

/** Where both are known; "Nina Simone" and "Nina Simone & band" are one. */
function isSameArtist(a: string | null, b: string | undefined): boolean {
  if (!a || !b) return true;
  const [one, other] = [folded(a), folded(b)];
  return one.includes(other) || other.includes(one);
}
