/**
 * Analysis, signatures and near-duplicate groups of generated documents in one thread, without a server. Recall counts the planted pairs with a
 * similarity of at least 0.6 that share a group.
 */
import { analyzeText } from '../../apps/posts/src/analysis/analyze-text.ts';
import { findCandidates } from '../../apps/posts/src/documents/candidate-pairs.ts';
import { groupPairs } from '../../apps/posts/src/documents/duplicate-groups.ts';
import { jaccard, shinglesOf } from '../../apps/posts/src/documents/shingles.ts';
import { signatureOf, signatureWords } from '../../apps/posts/src/documents/signature.ts';
import { plantedCopies } from '../../apps/posts/src/documents/testing/planted-copies.ts';
import { compareTexts, verifyPairs } from '../../apps/posts/src/documents/verify-pairs.ts';
import { seconds } from './measure.ts';

const copiesShare = 0.05;
const similarityMin = 0.6;

/** Analysis is the same work a document: above this many a sample is measured and the rest calculated. */
const analysedMax = 2_000;

function analyse(texts: readonly string[]): void {
  for (const text of texts) analyzeText(text);
}

function sign(texts: readonly string[], table: Uint32Array): void {
  for (const [at, text] of texts.entries()) table.set(signatureOf(shinglesOf(text)) ?? [], at * signatureWords);
}

async function measure(size: number): Promise<void> {
  const { texts, pairs: planted } = plantedCopies(size, Math.round(size * copiesShare), 11);
  const sample = texts.slice(0, analysedMax);
  const analysis = (await seconds(() => analyse(sample))) * (size / sample.length);
  const table = new Uint32Array(size * signatureWords);
  const signing = await seconds(() => sign(texts, table));
  let groups: ReturnType<typeof groupPairs> = [];
  const grouping = await seconds(async () => {
    const { pairs, originals } = findCandidates(table, similarityMin);
    const similarities = await verifyPairs(pairs, async (documents, block) =>
      compareTexts(
        documents.map((document) => texts[document]!),
        block,
      ),
    );
    groups = groupPairs({ pairs, similarities, originals }, similarityMin);
  });
  const groupOf = new Map(groups.flatMap(({ members }, group) => members.map((member) => [member, group] as const)));
  const similar = planted.filter(([a, b]) => jaccard(shinglesOf(texts[a]!), shinglesOf(texts[b]!)) >= similarityMin);
  const found = similar.filter(([a, b]) => groupOf.has(a) && groupOf.get(a) === groupOf.get(b));
  const total = analysis + signing + grouping;
  console.log(
    [
      String(size).padStart(9),
      total.toFixed(2).padStart(9),
      Math.round(size / total)
        .toLocaleString('en')
        .padStart(9),
      (size > analysedMax ? `(${analysis.toFixed(2)})` : analysis.toFixed(2)).padStart(11),
      signing.toFixed(2).padStart(11),
      grouping.toFixed(2).padStart(9),
      String(groups.length).padStart(8),
      (found.length / similar.length).toFixed(4).padStart(8),
      String(Math.round(process.memoryUsage.rss() / 1_048_576)).padStart(8),
    ].join(''),
  );
}

export async function measureEngine(sizes: readonly number[]): Promise<void> {
  console.log('\nIn one thread, without a server; (in brackets: calculated from 2,000 documents)');
  console.log('documents  seconds   docs/s   analysis  signatures   groups   found  recall  RSS MB');
  for (const size of sizes) await measure(size);
}
