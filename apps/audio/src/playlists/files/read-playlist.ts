/** Reads the file of a playlist: the format is told by its content. Pure; nothing that it names is opened. */
import { decodeText } from '#contracts';
import { readJsonPlaylist } from './json-playlists.ts';
import { isHls, readM3u8 } from './m3u8.ts';
import type { PlaylistFile } from './playlist-entry.ts';

/** Names of files begin with brackets as well: `[live] song.mp3`. */
const isJson = /^(?:\{\s*["}]|\[\s*["{[\]])/;

/** @returns what is wrong with the file, in a sentence, where it cannot be read */
export function readPlaylist(bytes: Uint8Array): PlaylistFile | { readonly fault: string } {
  // Old programs write in the code page of their country: read as Windows-1252, the ASCII entries of such a file are still right.
  const text = decodeText(bytes)?.text ?? new TextDecoder('windows-1252').decode(bytes);
  if (text.includes('\0')) return { fault: 'The file is not text in UTF-8, UTF-16 with a byte order mark, or Windows-1252.' };
  const begin = text.trimStart().slice(0, 100);
  const file = isJson.test(begin) ? readJson(text) : readLines(text, begin);
  if ('fault' in file) return file;
  return file.entries.length === 0 ? { fault: 'The file has no entry.' } : file;
}

function readJson(text: string): PlaylistFile | { readonly fault: string } {
  try {
    const file = readJsonPlaylist(JSON.parse(text));
    return file ?? { fault: 'The JSON is no playlist: it has neither `playlist` (JSPF) nor `items`.' };
  } catch {
    return { fault: 'The JSON ends early or is not JSON.' };
  }
}

function readLines(text: string, begin: string): PlaylistFile | { readonly fault: string } {
  if (begin.startsWith('<')) return { fault: 'The file is HTML or XML. M3U8, JSPF and JSON can be read.' };
  if (/^\[playlist\]/i.test(begin)) return { fault: 'The file is a PLS playlist. M3U8, JSPF and JSON can be read.' };
  if (isHls(text)) return { fault: 'The file is an HLS playlist, which lists parts of one stream.' };
  return readM3u8(text);
}
