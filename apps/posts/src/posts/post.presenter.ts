/** A post as a client reads it, and the title of one that has none. */
import type { Post } from '#contracts';
import { type OwnedRow, presentOwned } from '#storage';

type Row = Omit<OwnedRow, 'searchText'> &
  Pick<Post, 'text' | 'status' | 'version' | 'language' | 'attachmentIds' | 'sentimentLabel' | 'toneLabel'> & {
    /** Absent where it was not loaded. */
    readonly analysis?: Post['analysis'];
  };

export function presentPost(row: Row): Post {
  const { text, status, version, language, attachmentIds, sentimentLabel, toneLabel, analysis } = row;
  const own = { text, status, version, language, attachmentIds, sentimentLabel, toneLabel };
  const whole = { kind: 'post', ...presentOwned(row), state: 'ready', ...own, job: null, problem: null };
  return (analysis === undefined ? whole : { ...whole, analysis }) as Post;
}

const maxTitle = 80;

/** The first line that is not blank, cut between words at 80 characters. */
export function titleOfText(text: string): string {
  const line =
    text
      .slice(0, 2_000)
      .split('\n')
      .map((part) => part.replace(/[\p{Cc}\s]+/gu, ' ').trim())
      .find(Boolean) ?? '';
  if (line.length <= maxTitle) return line.toWellFormed();
  const cut = line.slice(0, maxTitle - 1);
  const space = cut.lastIndexOf(' ');
  const whole = space > maxTitle / 2 ? cut.slice(0, space) : cut.replace(/[\ud800-\udbff]$/, '');
  return `${whole.toWellFormed()}…`;
}

/** A message holds 1 MB; the rest is for what surrounds the items. */
const maxPageBytes = 800_000;

/** How many items of a page, at least one, a message can hold. */
export function countFitting(items: readonly object[]): number {
  let bytes = 0;
  const first = items.findIndex((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item));
    return bytes > maxPageBytes;
  });
  return first < 0 ? items.length : Math.max(1, first);
}
