/**
 * Text search without case and diacritics. It needs no extension of PostgreSQL: the stored text and the question are normalised here, by one function,
 * and compared with LIKE.
 */

/** Longest text that is stored; what lies beyond is not searched. */
const maxLength = 4_000;
const maxWords = 10;

/** Compatibility decomposition without marks, in lower case: `Björk` is `bjork`, `ﬁ` is `fi`. */
export const withoutMarks = (text: string): string => text.normalize('NFKD').toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');

/** One line, so that the first line of a search text is its title. */
const line = (text: string): string =>
  withoutMarks(text)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();

/** @param more what else of the resource is searched: names, text of the file */
export function searchText(title: string, more: readonly string[] = []): string {
  return [title, ...more].map(line).join('\n').slice(0, maxLength).toWellFormed();
}

/** The search text of a resource whose title changes. */
export function withTitle(stored: string, title: string): string {
  const end = stored.indexOf('\n');
  return end < 0 ? searchText(title) : (line(title) + stored.slice(end)).slice(0, maxLength).toWellFormed();
}

/** Patterns for LIKE, one for each word of a question: all have to match, in any order. */
export function searchPatterns(question: string): readonly string[] {
  const words = line(question).split(' ').filter(Boolean);
  return words.slice(0, maxWords).map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
}
