/** Where a text matches: spans of words, and the piece of the text around the first of them. Offsets are in UTF-16 units. */

export interface Span {
  readonly start: number;
  /** Behind the last unit. */
  readonly end: number;
}

const wordPattern = /[\p{L}\p{M}\p{N}]+/gu;
const maxSpans = 50;
const excerptLength = 240;
/** How much of the excerpt stands before the first match. */
const leadLength = 60;

/** The different words of a text in lower case. */
export const wordsOf = (text: string): string[] => [...new Set(text.toLowerCase().match(wordPattern) ?? [])];

/** @param matching words in lower case. @returns the first 50 spans, in order */
export function highlight(text: string, matching: ReadonlySet<string>): Span[] {
  const spans: Span[] = [];
  for (const { 0: word, index } of text.matchAll(wordPattern)) {
    if (!matching.has(word.toLowerCase())) continue;
    spans.push({ start: index, end: index + word.length });
    if (spans.length === maxSpans) break;
  }
  return spans;
}

/** @returns up to 240 units that begin and end between words where there are blanks */
export function excerptAround(text: string, [first]: readonly Span[]): Span {
  let start = first && first.start > leadLength ? first.start - leadLength : 0;
  if (start > 0) start = Math.max(start, text.slice(0, first!.start).indexOf(' ', start) + 1);
  let end = Math.min(text.length, start + excerptLength);
  if (end < text.length) end = Math.max(first?.end ?? 0, text.lastIndexOf(' ', end), start + excerptLength / 2);
  if (isLowHalf(text, start)) start++;
  if (isLowHalf(text, end)) end--;
  return { start, end };
}

/** Whether a place lies inside a character of two units. */
const isLowHalf = (text: string, at: number): boolean => /[\udc00-\udfff]/.test(text[at] ?? '');
