const simple = /^[\n\x20-\x7e\u00a0-\u02ff\u2010-\u2027\u20ac]*$/;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Counts what a reader sees as characters: an emoji with joiners, a flag and a letter with combining marks are one each.
 *
 * @see Unicode UAX #29, extended grapheme clusters
 */
export function countGraphemes(text: string): number {
  let count = 0;
  for (const line of text.split(/(?<=\n)/)) count += simple.test(line) ? line.length : countClusters(line);
  return count;
}

function countClusters(line: string): number {
  let count = 0;
  for (const _ of segmenter.segment(line)) count++;
  return count;
}
