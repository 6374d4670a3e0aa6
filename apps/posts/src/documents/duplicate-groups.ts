/** Groups of near-duplicates: connected components of the pairs that are similar enough. */

export interface DuplicateGroup {
  /** Document numbers, ascending. */
  readonly members: readonly number[];
  /** The smallest similarity among the pairs inside that are similar enough, 0 to 1. */
  readonly similarity: number;
}

/** A group by the numbers under which its documents are stored. */
export interface StoredGroup {
  /** Ascending. */
  readonly numbers: Float64Array;
  readonly similarity: number;
}

export interface VerifiedPairs {
  /** Two document numbers a pair. */
  readonly pairs: Int32Array;
  /** Jaccard similarity of each pair. */
  readonly similarities: Float64Array;
  /** For each document the first one with the same shingles. */
  readonly originals: Int32Array;
}

/** @returns groups of at least two documents: the largest first, then by their first member */
export function groupPairs({ pairs, similarities, originals }: VerifiedPairs, similarityMin: number): DuplicateGroup[] {
  const roots = originals.slice();
  const least = new Map<number, number>();
  for (const [at, similarity] of similarities.entries())
    if (similarity >= similarityMin) join(roots, rootOf(roots, pairs[2 * at]!), rootOf(roots, pairs[2 * at + 1]!));
  for (const [at, similarity] of similarities.entries()) {
    if (similarity < similarityMin) continue;
    const root = rootOf(roots, pairs[2 * at]!);
    least.set(root, Math.min(similarity, least.get(root) ?? 1));
  }
  return [...membersByRoot(roots)]
    .map(([root, members]) => ({ members, similarity: least.get(root) ?? 1 }))
    .sort((a, b) => b.members.length - a.members.length || a.members[0]! - b.members[0]!);
}

/** The lower number is the root, so that members are found in ascending order. */
function join(roots: Int32Array, first: number, second: number): void {
  roots[Math.max(first, second)] = Math.min(first, second);
}

function rootOf(roots: Int32Array, document: number): number {
  let root = document;
  while (roots[root] !== root) {
    roots[root] = roots[roots[root]!]!; // halves the path
    root = roots[root]!;
  }
  return root;
}

function membersByRoot(roots: Int32Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let document = 0; document < roots.length; document++) {
    const root = rootOf(roots, document);
    if (root === document) continue;
    const members = groups.get(root);
    if (members) members.push(document);
    else groups.set(root, [root, document]);
  }
  return groups;
}
