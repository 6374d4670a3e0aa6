/** Detects text files that make a player open other files: playlists, manifests, scripts, cue sheets, session descriptions, vector pictures. */

/** XML elements that refer to other files, and entities, which can. */
const referencingElements = /<\s*(?:\w{1,20}:)?(?:svg|smil|asx|mpd|playlist|wpl|smoothstreamingmedia|rss|seq|par)\b|<!entity/i;

/** Lines that occur only in such texts. */
const referencingLines: readonly RegExp[] = [
  /^#EXT(?:M3U|INF|-X-)/i,
  /^\[(?:playlist|reference|internetshortcut)\]/i,
  /^ffconcat\b/i,
  /^(?:file|stream|chained_stream)\s+(?:'.*'|".*"|\S+)(?:\s+wave|\s+mp3|\s+aiff|\s+binary)?$/i,
  /^;FFMETADATA/i,
  /^(?:url|file\d*|ref\d*)\s*=\s*\S/i,
  /^v=0$/,
  /^(?:rtsptext|rtsp\/|asf\s+http)/i,
];

/** A line that consists of an address, a path or the name of a media file: the simplest playlists are lists of those; a letter with a link is none. */
const reference =
  /^(?:[a-z][a-z0-9+.-]{1,20}:\/\/\S+|file:\S+|(?:\.{0,2}\/|[a-z]:\\|\\\\)\S.*|\S.*\.(?:aac|aiff?|flac|m3u8?|m4[asv]|mk[av]|mov|mp[34]|ogg|opus|ts|wav|webm))$/i;

/** Players detect a playlist by its first lines. */
const readBytes = 16 << 10;
const longestLine = 1_000;

/**
 * Whether a file is text that refers to other files. HTML is excluded, because players do not open it.
 *
 * @param head the beginning of the file; it may be cut inside a character
 */
export function referencesOtherFiles(head: Buffer): boolean {
  const text = asText(head);
  if (text === undefined || /^<(?:!doctype html|html|head|body)\b/i.test(text)) return false;
  if (text.startsWith('<')) return referencingElements.test(text);
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.slice(0, longestLine).trim());
  if (lines.some((line) => referencingLines.some((pattern) => pattern.test(line)))) return true;
  const said = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return said.length > 0 && said.filter((line) => reference.test(line)).length >= said.length / 2;
}

/** Returns the text without byte order mark and leading white space, or undefined for binary data. Players read UTF-16 too. */
export function asText(head: Buffer): string | undefined {
  const encoding = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding).decode(head.subarray(0, readBytes)).trimStart();
  const controls = text.match(/\p{Cc}/gu)?.filter((character) => !/\s/.test(character)).length ?? 0;
  // Text in an 8-bit code page is not valid UTF-8; a playlist of Cyrillic names has many such bytes.
  const undecoded = text.match(/\ufffd/g)?.length ?? 0;
  return text.length > 0 && controls <= text.length / 50 && undecoded <= text.length / 2 ? text : undefined;
}
