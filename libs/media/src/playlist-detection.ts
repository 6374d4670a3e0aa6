/** Text that makes a player open something else: playlists, manifests, scripts, cue sheets, session descriptions, vector pictures. */

/** Elements of XML that name other files, and entities, which can. */
const namingElements = /<\s*(?:\w{1,20}:)?(?:svg|smil|asx|mpd|playlist|wpl|smoothstreamingmedia|rss|seq|par)\b|<!entity/i;

/** Lines that only such texts have, in any place. */
const namingLines: readonly RegExp[] = [
  /^#EXT(?:M3U|INF|-X-)/i,
  /^\[(?:playlist|reference|internetshortcut)\]/i,
  /^ffconcat\b/i,
  /^(?:file|stream|chained_stream)\s+(?:'.*'|".*"|\S+)(?:\s+wave|\s+mp3|\s+aiff|\s+binary)?$/i,
  /^;FFMETADATA/i,
  /^(?:url|file\d*|ref\d*)\s*=\s*\S/i,
  /^v=0$/,
  /^(?:rtsptext|rtsp\/|asf\s+http)/i,
];

/** A line that is nothing but an address, a path or the name of a media file: the oldest playlists are lists of those. */
const reference =
  /^(?:[a-z][a-z0-9+.-]{1,20}:\/\/\S+|file:\S+|(?:\.{0,2}\/|[a-z]:\\|\\\\)\S.*|\S.*\.(?:aac|aiff?|flac|m3u8?|m4[asv]|mk[av]|mov|mp[34]|ogg|opus|ts|wav|webm))$/i;

/** How much is read: a player decides from the first lines. */
const readBytes = 16 << 10;
const longestLine = 1_000;

/**
 * Whether a file is text that names other files. HTML does not count: nobody plays it.
 *
 * @param head the beginning of the file; it may be cut inside a character
 */
export function referencesOtherFiles(head: Buffer): boolean {
  const text = asText(head);
  if (text === undefined || /^<(?:!doctype html|html|head|body)\b/i.test(text)) return false;
  if (text.startsWith('<')) return namingElements.test(text);
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.slice(0, longestLine).trim());
  return lines.some((line) => reference.test(line) || namingLines.some((naming) => naming.test(line)));
}

/** The text without a byte order mark and leading white space, or nothing when there are bytes that no text has. Players read UTF-16 too. */
export function asText(head: Buffer): string | undefined {
  const encoding = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding).decode(head.subarray(0, readBytes)).trimStart();
  const controls = text.match(/\p{Cc}/gu)?.filter((character) => !/\s/.test(character)).length ?? 0;
  // Letters of an old 8-bit alphabet are no UTF-8, and a playlist of Cyrillic names has many.
  const undecoded = text.match(/\ufffd/g)?.length ?? 0;
  return text.length > 0 && controls <= text.length / 50 && undecoded <= text.length / 2 ? text : undefined;
}
