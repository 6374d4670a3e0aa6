import { type EntityType, findPatterns } from './entity-patterns.ts';
import { findNames } from './find-names.ts';
import { confidenceOf, type Span, type TextDocument, type TokenKind } from './text-document.ts';

export interface Entity extends Span {
  readonly type: EntityType;
  readonly text: string;
  readonly confidence: number;
}

const typeOfKind: Readonly<Partial<Record<TokenKind, EntityType>>> = { url: 'URL', email: 'EMAIL', mention: 'MENTION', hashtag: 'HASHTAG' };
const maxEntities = 2_000;

/**
 * Finds people, organisations, places, dates, amounts of money, URLs, e-mail addresses, mentions and hashtags. No two overlap: an address wins
 * over a date or an amount, and these over a name. Names need a language that is known; the rest needs none.
 *
 * @returns in the order of the text, at most 2,000
 */
export function findEntities(document: TextDocument, withNames: boolean): Entity[] {
  const taken: { type: EntityType; start: number; end: number; confidence: number }[] = [];
  for (const { kind, start, end } of document.tokens) {
    if (kind === 'word' || kind === 'mark') continue;
    const type = typeOfKind[kind];
    if (type) taken.push({ type, start, end, confidence: 0.99 });
  }
  const addresses = sorted(taken);
  const patterns = sorted(findPatterns(document).filter((match) => !overlaps(addresses, match)));
  const known = sorted([...addresses, ...withoutOverlaps(patterns)]);
  const names = withNames ? findNames(document).filter((name) => !overlaps(known, name)) : [];
  return sorted([...known, ...names])
    .slice(0, maxEntities)
    .map(({ type, start, end, confidence }) => ({
      type,
      start,
      end,
      text: document.text.slice(start, end),
      confidence: confidenceOf(confidence),
    }));
}

const sorted = <T extends Span>(spans: readonly T[]): T[] => [...spans].sort((a, b) => a.start - b.start || b.end - a.end);

function withoutOverlaps<T extends Span>(spans: readonly T[]): T[] {
  let end = -1;
  return spans.filter((span) => {
    if (span.start < end) return false;
    end = span.end;
    return true;
  });
}

/** Whether a span meets one of `spans`, which are in order and apart. */
function overlaps(spans: readonly Span[], { start, end }: Span): boolean {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  return low < spans.length && spans[low]!.start < end;
}
