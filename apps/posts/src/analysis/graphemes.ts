/** Characters that are one grapheme each and join only with what is no such character. */
const plain = '\\n\\x20-\\x7e\\u00a0-\\u02ff\\u2010-\\u2027\\u20ac';
const simple = new RegExp(`^[${plain}]*$`);
/** Runs of other characters with the plain ones beside them: where graphemes may be longer than a unit. */
const mixed = new RegExp(`[${plain}]?[^${plain}]+(?:[${plain}]{1,2}[^${plain}]+)*[${plain}]?`, 'g');
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Counts what a reader sees as characters: an emoji with joiners, a flag and a letter with combining marks are one each.
 *
 * @see Unicode UAX #29, extended grapheme clusters
 */
export function countGraphemes(text: string): number {
  let count = text.length;
  for (const [run] of text.matchAll(mixed)) count += countClusters(run) - run.length;
  return count;
}

function countClusters(run: string): number {
  let count = 0;
  for (const _ of segmenter.segment(run)) count++;
  return count;
}

/** UTF-16 units of the first `count` graphemes. */
export function unitsOfGraphemes(text: string, count: number): number {
  if (simple.test(text.slice(0, count + 1))) return Math.min(count, text.length);
  const head = text.slice(0, 20 * count);
  let [seen, at] = [0, 0];
  for (const { 0: run, index: start } of head.matchAll(mixed)) {
    if (seen + start - at >= count) break;
    seen += start - at;
    for (const { index } of segmenter.segment(run)) if (seen++ === count) return start + index;
    at = start + run.length;
  }
  return Math.min(head.length, at + count - seen);
}
