/** What files of playlists say, whatever their format. */
import { playlistMaxItems } from '#contracts';

/** Entries that are read of a file: one more than a playlist holds, so that the file is seen to have too many. */
export const entriesReadMax = playlistMaxItems + 1;

/** One entry of a file: everything in it by which a track can be found. */
export interface PlaylistEntry {
  readonly trackId?: string | undefined;
  readonly externalId?: string | undefined;
  readonly title?: string | undefined;
  readonly artist?: string | undefined;
  readonly durationSeconds?: number | undefined;
  /** Last part of the path, with its extension. */
  readonly fileName?: string | undefined;
  /** What the file says of the entry, shown to the user. */
  readonly text: string;
}

/** Names of files in the formats of playlists. */
const ofPlaylists = /\.(?:m3u8?|pls|xspf|jspf|asx|wpl)$/i;

/** Whether the entry is another playlist, whatever its title says. */
export const isPlaylist = ({ fileName }: PlaylistEntry): boolean => fileName !== undefined && ofPlaylists.test(fileName);

export interface PlaylistFile {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly entries: readonly PlaylistEntry[];
}

/** A track as an entry of a file that is written. */
export interface WrittenTrack {
  readonly trackId: string;
  readonly externalId: string | null;
  readonly title: string;
  readonly artist: string;
  readonly album: string;
  readonly fileName: string;
  readonly durationSeconds: number | null;
}

/** One format: its text is `head`, the entries with `separator` between them, and `tail`. */
export interface PlaylistWriter {
  readonly head: (playlist: { readonly title: string; readonly description: string; readonly tags: readonly string[] }) => string;
  readonly entry: (track: WrittenTrack) => string;
  readonly separator: string;
  readonly tail: string;
}

/** Names are cut off after this many characters. */
const textMax = 300;
const shownMax = 200;
const descriptionMax = 2_000;

/** One line of up to 300 characters; undefined where there is nothing. */
export function lineOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const line = value
    .slice(0, 4 * textMax)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, textMax)
    .toWellFormed()
    .normalize('NFC');
  return line === '' ? undefined : line;
}

/** A name that is compared as it is, with the blanks within it; undefined where there is nothing. */
export function exactNameOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const name = value
    .slice(0, textMax)
    .replace(/\p{Cc}/gu, '')
    .trim()
    .toWellFormed()
    .normalize('NFC');
  return name === '' ? undefined : name;
}

/** Lines of up to 2,000 characters in all; undefined where there is nothing. */
export function linesOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const lines = value
    .slice(0, descriptionMax)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, ' ')
    .trim()
    .toWellFormed()
    .normalize('NFC')
    .slice(0, descriptionMax);
  return lines === '' ? undefined : lines;
}

/** The text of an entry that the user sees. */
export const shown = (...parts: readonly (string | undefined)[]): string =>
  parts.filter(Boolean).join(' - ').slice(0, shownMax).toWellFormed();

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const wholeUuid = new RegExp(`^${uuid}$`, 'i');
/** Where a track of this API is: its id is in the path, on whatever host. */
const trackPath = new RegExp(`(?:^|/)v1/tracks/(${uuid})(?:[/?#]|$)`, 'i');

/** @returns the id of a track, in lower case; undefined for other text */
export const trackIdOf = (text: string | undefined): string | undefined =>
  text !== undefined && wholeUuid.test(text) ? text.toLowerCase() : undefined;

/** Addresses end in much that is no file: `/watch`, `/`. */
const hasExtension = /.\.[^.\s]{1,10}$/;

/** @returns the id and the name of the file in a path or an address, as far as they have one; nothing is opened */
export function readLocation(location: string): Pick<PlaylistEntry, 'trackId' | 'fileName'> {
  const trackId = trackPath.exec(location)?.[1]?.toLowerCase();
  if (trackId) return { trackId };
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(location);
  const path = isAddress ? location.replace(/[?#].*$/s, '') : location;
  const last = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const fileName = exactNameOf(isAddress ? decoded(last) : last);
  return isAddress && !hasExtension.test(fileName ?? '') ? {} : { fileName };
}

export const trackLocation = (trackId: string): string => `/v1/tracks/${trackId}/file`;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a % of its own
  }
}
