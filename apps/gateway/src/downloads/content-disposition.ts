/** How a download carries its name: RFC 6266, with RFC 8187 for what ASCII cannot say. */

/** Everything RFC 8187 §3.2.1 does not list as attr-char is percent-encoded; encodeURIComponent leaves these four. */
const extended = (name: string) => encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** For clients that do not read `filename*`. A `%` or a quote in it is read differently by each of them, so there is none. */
const plain = (name: string) => name.replace(/[^\x20-\x7e]|["\\%]/gu, '_');

/**
 * @param fileName any name; unpaired surrogates become U+FFFD
 * @returns `attachment` with a plain name and, where that says less than the name, the extended one
 */
export function attachment(fileName: string): string {
  const name = fileName.toWellFormed();
  const fallback = plain(name);
  const simple = `attachment; filename="${fallback}"`;
  return fallback === name ? simple : `${simple}; filename*=UTF-8''${extended(name)}`;
}
