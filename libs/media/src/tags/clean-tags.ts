import { cleanText, cutAtGrapheme } from './clean-text.ts';

const tagNames = [
  ...['album', 'album_artist', 'artist', 'comment', 'composer', 'copyright', 'date', 'disc', 'genre', 'isrc', 'lyricist'],
  ...['performer', 'publisher', 'title', 'track'],
] as const;
export type TagName = (typeof tagNames)[number];
/** Cleaned: no control or direction characters, at most 256 characters each. */
export type Tags = Readonly<Partial<Record<TagName, string>>>;

const longestTag = 256;
const names: ReadonlySet<string> = new Set(tagNames);
const isTagName = (name: string): name is TagName => names.has(name);

/** Returns the known tags of the sources, of which the first has priority. Names are compared without regard to case. */
export function cleanTags(...sources: readonly Readonly<Record<string, string>>[]): Tags {
  const tags: Partial<Record<TagName, string>> = {};
  for (const [key, value] of sources.flatMap((source) => Object.entries(source))) {
    const name = key.toLowerCase();
    const text = isTagName(name) ? cleanTag(value) : '';
    if (isTagName(name) && text !== '') tags[name] ??= text;
  }
  return tags;
}

/** Cut roughly first, because cleaning a megabyte of text takes CPU time. */
const cleanTag = (value: string) => cutAtGrapheme(cleanText(value.slice(0, 4 * longestTag)), (beginning) => beginning.length <= longestTag);
