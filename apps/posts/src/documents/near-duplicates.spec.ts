import { describe, expect, it } from '@jest/globals';
import { findCandidates } from './candidate-pairs.ts';
import { groupPairs } from './duplicate-groups.ts';
import { jaccard, shinglesOf } from './shingles.ts';
import { signatureOf, signatureWords } from './signature.ts';
import { plantedCopies } from './testing/planted-copies.ts';
import { compareTexts, verifyPairs } from './verify-pairs.ts';

const similarity = (a: string, b: string) => jaccard(shinglesOf(a), shinglesOf(b));

async function groupsOf(texts: readonly string[], similarityMin = 0.6) {
  const signatures = new Uint32Array(texts.length * signatureWords);
  for (const [at, text] of texts.entries()) signatures.set(signatureOf(shinglesOf(text)) ?? [], at * signatureWords);
  const { pairs, originals } = findCandidates(signatures, similarityMin);
  const similarities = await verifyPairs(pairs, async (documents, block) =>
    compareTexts(
      documents.map((document) => texts[document]!),
      block,
    ),
  );
  return { groups: groupPairs({ pairs, similarities, originals }, similarityMin), pairs };
}

describe('the similarity of two texts', () => {
  it('is the share of common word 3-shingles', () => {
    expect(similarity('a b c d', 'a b c e')).toBeCloseTo(1 / 3, 10);
    expect(similarity('a b c d e', 'a b c d e f')).toBe(3 / 4);
  });

  it('knows neither case, marks between words nor the Unicode form', () => {
    expect(similarity('¡Qué ALEGRÍA, caféś 42!', 'qué alegría — cafe\u0301s\u0301 42')).toBe(1);
  });

  it.each([
    ['one word', 'Hello', 'hello!', 1],
    ['two words', 'hello world', 'Hello, world', 1],
    ['two words in another order', 'hello world', 'world hello', 0],
    ['texts without a word', '🎉🎉', '🎉🎉', 0],
    ['nothing and something', '', 'a b c', 0],
    ['letters beyond the basic plane', '𐐨𐐩 𐐪 𐐫', '𐐀𐐁 𐐂 𐐃', 1],
  ])('of %s', (_, a, b, expected) => expect(similarity(a, b)).toBe(expected));

  it('counts a repeated shingle once', () => expect(similarity('a b c a b c a b c', 'a b c a b c')).toBe(1));
});

describe('groups of near-duplicates', () => {
  it('hold all planted copies with a similarity of at least 0.6 and nothing else', async () => {
    const { texts, pairs } = plantedCopies(2_000, 400, 7);
    const { groups } = await groupsOf(texts);
    const groupOf = new Map(groups.flatMap(({ members }, group) => members.map((member) => [member, group] as const)));
    const similar = pairs.filter(([a, b]) => similarity(texts[a]!, texts[b]!) >= 0.6);
    const found = similar.filter(([a, b]) => groupOf.has(a) && groupOf.get(a) === groupOf.get(b));
    expect(similar.length).toBeGreaterThan(250);
    expect(found.length / similar.length).toBeGreaterThanOrEqual(0.99);
    expect(groups.flatMap(({ members }) => members)).toHaveLength(2 * found.length);
    for (const { members, similarity: least } of groups)
      expect(least).toBeCloseTo(similarity(texts[members[0]!]!, texts[members[1]!]!), 12);
  });

  it('are connected components, and tell the smallest similarity of a pair inside that counts', async () => {
    const base = Array.from({ length: 30 }, (_, word) => `w${word}`);
    const changed = (count: number) => base.map((word, at) => (at < count ? `x${at}` : word)).join(' ');
    const texts = [changed(0), 'something else entirely here', changed(4), changed(8), changed(0)];
    expect(similarity(texts[0]!, texts[3]!)).toBeLessThan(0.6);
    const { groups } = await groupsOf(texts);
    expect(groups).toEqual([{ members: [0, 2, 3, 4], similarity: similarity(texts[2]!, texts[3]!) }]);
    expect((await groupsOf(texts, 0.95)).groups).toEqual([{ members: [0, 4], similarity: 1 }]);
  });

  it('of thousands of texts from one template take a number of comparisons that grows with the texts', async () => {
    const template = Array.from({ length: 60 }, (_, word) => `word${word}`).join(' ');
    const texts = Array.from({ length: 3_000 }, (_, at) => `${template} number ${at} ends here`);
    const { groups, pairs } = await groupsOf(texts);
    expect(groups.map(({ members }) => members.length)).toEqual([3_000]);
    expect(pairs.length / 2).toBeLessThan(texts.length * 100);
  });

  it('never hold a text without a word', async () => {
    expect((await groupsOf(['', '...', '🎉', '🎉'])).groups).toEqual([]);
  });
});
