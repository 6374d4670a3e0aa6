/** Reads the file of a playlist: the format is told by its content. Pure; nothing that it names is opened. */

import { readJsonPlaylist } from './json-playlists.ts';
import { isHls, readM3u8 } from './m3u8.ts';
import type { PlaylistFile } from './playlist-entry.ts';

/** @returns what is wrong with the file, in a sentence, where it cannot be read */
export function readPlaylist(bytes: Uint8Array): PlaylistFile | { readonly fault: string } {
  const text = decode(bytes);
  if (text === null) return { fault: 'The file is not text in UTF-8, UTF-16 with a byte order mark, or Windows-1252.' };
  const begin = text.trimStart().slice(0, 100);
  const file = /^[{[]/.test(begin) ? readJson(text) : readLines(text, begin);
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
  if (isHls(text)) return { fault: 'The file is an HLS playlist, which lists parts of one stream.' };
  return readM3u8(text);
}

/** M3U of old programs is in Windows-1252, which has a character for nearly every byte: a NUL tells binary content. */
function decode(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const labels = isUtf16 ? [first === 0xff ? 'utf-16le' : 'utf-16be'] : ['utf-8', 'windows-1252'];
  for (const label of labels) {
    try {
      const text = new TextDecoder(label, { fatal: true }).decode(bytes);
      return text.includes('\u0000') ? null : text;
    } catch {
      // not in this encoding
    }
  }
  return null;
}
