/**
 * Extended M3U in UTF-8. There is no standard; `#EXTM3U`, `#EXTINF:seconds,artist - title` and `#PLAYLIST:title` are what Winamp began and players read.
 * A line that is no comment is a path or an address.
 */
import {
  entriesReadMax,
  lineOf,
  type PlaylistEntry,
  type PlaylistFile,
  type PlaylistWriter,
  readLocation,
  shown,
  trackLocation,
} from './playlist-entry.ts';

/** Tags of HLS (RFC 8216): such a file lists parts of one stream. */
export const isHls = (text: string): boolean => /^#EXT-X-/m.test(text);

interface Said {
  readonly artist?: string | undefined;
  readonly title?: string | undefined;
  readonly durationSeconds?: number | undefined;
}

export function readM3u8(text: string): PlaylistFile {
  const entries: PlaylistEntry[] = [];
  let [title, said]: [string | undefined, Said] = [undefined, {}];
  for (const raw of text.split(/\r\n|\n|\r/)) {
    if (entries.length === entriesReadMax) break;
    const line = raw.trim();
    if (line.startsWith('#EXTINF:')) said = readInfo(line.slice('#EXTINF:'.length));
    else if (line.startsWith('#PLAYLIST:')) title ??= lineOf(line.slice('#PLAYLIST:'.length));
    else if (line !== '' && !line.startsWith('#')) {
      entries.push({ ...said, ...readLocation(line), text: shown(said.artist, said.title) || shown(line) });
      said = {};
    }
  }
  return { title, entries };
}

/** `183,Nina Simone - Sinnerman`; attributes may stand before the comma. A negative duration is not known. */
function readInfo(info: string): Said {
  const comma = info.indexOf(',');
  const seconds = Number.parseFloat(info);
  const name = lineOf(comma < 0 ? '' : info.slice(comma + 1));
  const dash = name?.indexOf(' - ') ?? -1;
  return {
    ...(seconds > 0 && Number.isFinite(seconds) ? { durationSeconds: seconds } : {}),
    ...(name === undefined ? {} : dash < 0 ? { title: name } : { artist: name.slice(0, dash).trim(), title: name.slice(dash + 3).trim() }),
  };
}

export const m3u8: PlaylistWriter = {
  head: ({ title }) => `#EXTM3U\n#PLAYLIST:${lineOf(title) ?? ''}\n`,
  entry: ({ trackId, title, artist, durationSeconds }) =>
    `#EXTINF:${durationSeconds === null ? -1 : Math.round(durationSeconds)},${[lineOf(artist), lineOf(title)].filter(Boolean).join(' - ')}\n${trackLocation(trackId)}\n`,
  separator: '',
  tail: '',
};
