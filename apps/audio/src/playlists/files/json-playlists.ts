/** JSPF, and the JSON of this API, which also has tags, the owner's ids of tracks and the names of files. @see XSPF version 1 and its JSON form, JSPF (xspf.org) */
import { ownerFieldLimits } from '#contracts';
import {
  entriesReadMax,
  exactNameOf,
  lineOf,
  linesOf,
  type PlaylistEntry,
  type PlaylistFile,
  type PlaylistWriter,
  readLocation,
  shown,
  trackIdOf,
  trackLocation,
} from './playlist-entry.ts';

const identifierPrefix = 'urn:rafaga:track:';

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** JSPF has lists where some programs write one value. */
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');

/** @returns null for JSON that is no playlist in either form */
export function readJsonPlaylist(value: unknown): PlaylistFile | null {
  const { playlist, items, title, description, tags } = fieldsOf(value);
  if (playlist !== undefined) return readJspf(fieldsOf(playlist));
  if (!Array.isArray(items)) return null;
  return {
    title: lineOf(title),
    description: linesOf(description),
    tags: listOf(tags)
      .slice(0, ownerFieldLimits.tags + 1)
      .map(lineOf)
      .filter((tag) => tag !== undefined),
    entries: items.slice(0, entriesReadMax).map((item) => readItem(fieldsOf(item))),
  };
}

function readItem({ trackId, externalId, title, artist, durationSeconds, fileName }: Fields): PlaylistEntry {
  const said = { title: lineOf(title), artist: lineOf(artist), fileName: exactNameOf(fileName), externalId: exactNameOf(externalId) };
  const id = lineOf(trackId);
  return {
    ...said,
    trackId: trackIdOf(id),
    ...secondsOf(durationSeconds, 1),
    text: shown(said.artist, said.title) || shown(said.fileName, id),
  };
}

function readJspf({ title, annotation, track }: Fields): PlaylistFile {
  return {
    title: lineOf(title),
    description: linesOf(annotation),
    entries: listOf(track)
      .slice(0, entriesReadMax)
      .map((each) => readTrack(fieldsOf(each))),
  };
}

function readTrack({ location, identifier, title, creator, duration }: Fields): PlaylistEntry {
  const [said, places] = [{ title: lineOf(title), artist: lineOf(creator) }, textsOf(location)];
  const identified = textsOf(identifier).find((text) => text.startsWith(identifierPrefix));
  const found = [{ trackId: trackIdOf(identified?.slice(identifierPrefix.length)) }, ...places.map(readLocation)];
  return {
    ...said,
    ...(found.find(({ trackId }) => trackId) ?? found[1] ?? {}),
    ...secondsOf(duration, 1_000),
    text: shown(said.artist, said.title) || shown(lineOf(places[0])),
  };
}

const secondsOf = (value: unknown, units: number) =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? { durationSeconds: value / units } : {};

export const jspf: PlaylistWriter = {
  head: ({ title, description }) => `{"playlist":{"title":${JSON.stringify(title)},"annotation":${JSON.stringify(description)},"track":[\n`,
  entry: ({ trackId, title, artist, album, durationSeconds }) =>
    JSON.stringify({
      location: [trackLocation(trackId)],
      identifier: [`${identifierPrefix}${trackId}`],
      title,
      ...(artist ? { creator: artist } : {}),
      ...(album ? { album } : {}),
      ...(durationSeconds === null ? {} : { duration: Math.round(1_000 * durationSeconds) }),
    }),
  separator: ',\n',
  tail: '\n]}}\n',
};

export const ownJson: PlaylistWriter = {
  head: ({ title, description, tags }) =>
    `{"title":${JSON.stringify(title)},"description":${JSON.stringify(description)},"tags":${JSON.stringify(tags)},"items":[\n`,
  entry: (track) => JSON.stringify(track),
  separator: ',\n',
  tail: '\n]}\n',
};
