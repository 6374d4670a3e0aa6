import { cleanText, cutAtGrapheme } from './clean-text.ts';
import { type MediaInfo, type TagName, tagNames } from './media-info.ts';

const longestTag = 256;
const names: ReadonlySet<string> = new Set(tagNames);
const isTagName = (name: string): name is TagName => names.has(name);

/** The tags we know, from the stream first (Ogg keeps them there), then from the whole file. Names are compared without regard to case. */
export function cleanTags(...sources: readonly Readonly<Record<string, string>>[]): MediaInfo['tags'] {
  const tags: Partial<Record<TagName, string>> = {};
  for (const [key, value] of sources.flatMap((source) => Object.entries(source))) {
    const name = key.toLowerCase();
    const text = isTagName(name) ? cleanTag(value) : '';
    if (isTagName(name) && text !== '') tags[name] ??= text;
  }
  return tags;
}

/** Cut first, roughly: what follows cannot be shown anyway, and cleaning a megabyte is work. */
const cleanTag = (value: string) => cutAtGrapheme(cleanText(value.slice(0, 4 * longestTag)), (beginning) => beginning.length <= longestTag);
