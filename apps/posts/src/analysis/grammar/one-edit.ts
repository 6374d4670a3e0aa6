/**
 * Finds the word that differs from a misspelled one by one letter: one too many, one missing, one other, or two that changed places. The first
 * letter and the ending are never touched: they tell inflected forms apart.
 *
 * @param words lower case, at least six letters each
 * @returns a function that gives the one word for a misspelling; undefined when there is none, or more than one
 */
export function oneEditInside(words: readonly string[]): (misspelled: string) => string | undefined {
  const byDeletion = new Map<string, Set<string>>();
  const add = (key: string, word: string) => {
    const group = byDeletion.get(key);
    if (group) group.add(word);
    else byDeletion.set(key, new Set([word]));
  };
  for (const word of words) for (const key of [word, ...deletions(word)]) add(key, word);
  return (misspelled) => {
    const candidates = new Set([misspelled, ...deletions(misspelled)].flatMap((key) => [...(byDeletion.get(key) ?? [])]));
    const near = [...candidates].filter((word) => word !== misspelled && differsByOne(misspelled, word));
    return near.length === 1 ? near[0] : undefined;
  };
}

/** The word without one of its inner letters. */
function deletions(word: string): string[] {
  const shorter: string[] = [];
  for (let at = 1; at < word.length - 1; at++) shorter.push(word.slice(0, at) + word.slice(at + 1));
  return shorter;
}

function differsByOne(a: string, b: string): boolean {
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  let [endA, endB] = [a.length, b.length];
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) [endA, endB] = [endA - 1, endB - 1];
  const inner = from > 0 && b.length - endB >= 1 && a.at(-1) === b.at(-1);
  if (!inner) return false;
  const [restA, restB] = [a.slice(from, endA), b.slice(from, endB)];
  if (restA.length + restB.length === 1 || (restA.length === 1 && restB.length === 1))
    return b.length - endB >= 2 || restA.length !== restB.length;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}
