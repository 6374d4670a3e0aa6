import { Injectable } from '@nestjs/common';
import { Compute, ParallelExecutor, task } from '#compute';
import type { Candidates } from './candidate-pairs.ts';
import type { ComparisonInput } from './compare-texts.worker.ts';
import { DocumentStore, type SignatureRow } from './document.store.ts';
import { groupPairs, type StoredGroup } from './duplicate-groups.ts';
import type { CandidatesInput } from './find-candidates.worker.ts';
import { signatureWords } from './signature.ts';
import { type CompareBlock, verifyPairs } from './verify-pairs.ts';

const findCandidates = task<CandidatesInput, Candidates>('./find-candidates.worker', import.meta.url);
const compareTexts = task<ComparisonInput, Float64Array>('./compare-texts.worker', import.meta.url);

/** Signatures of a page, 5 MB. */
const pageDocuments = 10_000;

export type FinderPhase = 'reading' | 'searching' | 'comparing';

export interface FinderOptions {
  readonly signal?: AbortSignal;
  /** @param share of the phase that is done, 0 to 1 */
  readonly onProgress?: (phase: FinderPhase, share: number) => void;
}

export interface FoundGroups {
  /** The largest first. */
  readonly groups: StoredGroup[];
  readonly documentCount: number;
}

/** All signatures of a collection. */
interface SignatureTable {
  /** Number of each document. */
  readonly numbers: Float64Array;
  readonly signatures: Uint32Array<ArrayBuffer>;
}

@Injectable() // groups the near-duplicates of a whole collection; the signatures were computed when the documents were written
export class DuplicateFinder {
  constructor(
    private readonly documents: DocumentStore,
    private readonly compute: Compute,
    private readonly executor: ParallelExecutor,
  ) {}

  /** @param expected how many documents the collection has, about */
  async group(collectionId: string, expected: number, similarityMin: number, options: FinderOptions = {}): Promise<FoundGroups> {
    const { signal, onProgress = () => undefined } = options;
    const aborts = signal ? { signal } : {};
    const { numbers, signatures } = await this.readSignatures(collectionId, expected, options);
    onProgress('searching', 0);
    const input = { signatures, similarityMin };
    const { pairs, originals } = await this.compute.run(findCandidates, input, { ...aborts, transfer: [signatures.buffer] });
    let compared = 0;
    const compare: CompareBlock = async (documents, block) => {
      const texts = await this.textsOf(collectionId, documents, numbers);
      const found = await this.compute.run(compareTexts, { texts, pairs: block }, aborts);
      compared += block.length;
      onProgress('comparing', compared / pairs.length);
      return found;
    };
    const similarities = await verifyPairs(pairs, compare, (blocks, verify) =>
      this.executor.map(blocks, verify, { kind: 'cpu', ...aborts }),
    );
    const groups = groupPairs({ pairs, similarities, originals }, similarityMin).map(({ members, similarity }) => ({
      numbers: Float64Array.from(members, (member) => numbers[member]!),
      similarity,
    }));
    return { groups, documentCount: numbers.length };
  }

  private async textsOf(collectionId: string, documents: readonly number[], numbers: Float64Array): Promise<string[]> {
    const wanted = documents.map((document) => String(numbers[document]));
    const rows = await this.documents.byNumbers(collectionId, wanted);
    const texts = new Map(rows.map(({ number, text }) => [number, text]));
    return wanted.map((number) => texts.get(number) ?? '');
  }

  private async readSignatures(collectionId: string, expected: number, { signal, onProgress }: FinderOptions): Promise<SignatureTable> {
    let [count, numbers, signatures] = [0, new Float64Array(expected), new Uint32Array(expected * signatureWords)];
    for await (const page of this.pages(collectionId)) {
      signal?.throwIfAborted();
      if (count + page.length > numbers.length) {
        const room = count + 2 * page.length;
        [numbers, signatures] = [grown(numbers, room, Float64Array), grown(signatures, room * signatureWords, Uint32Array)];
      }
      for (const { number, signature } of page) {
        if (signature) signatures.set(wordsOf(signature), count * signatureWords);
        numbers[count++] = Number(number);
      }
      onProgress?.('reading', Math.min(1, count / Math.max(1, expected)));
    }
    const isFull = count === numbers.length;
    return { numbers: numbers.slice(0, count), signatures: isFull ? signatures : signatures.slice(0, count * signatureWords) };
  }

  /** Signatures of all documents in the order of their numbers. */
  async *pages(collectionId: string): AsyncGenerator<readonly SignatureRow[]> {
    let after = '0';
    for (;;) {
      const page = await this.documents.signatures(collectionId, after, pageDocuments);
      if (page.length > 0) yield page;
      if (page.length < pageDocuments) return;
      after = page.at(-1)!.number;
    }
  }
}

interface Growable<T> {
  new (length: number): T;
}

function grown<T extends { set(from: T): void }>(values: T, length: number, Kind: Growable<T>): T {
  const larger = new Kind(length);
  larger.set(values);
  return larger;
}

/** Copied, because the bytes of a row may begin anywhere in their buffer, and words have to be aligned. */
export const wordsOf = (bytes: Buffer): Uint32Array => new Uint32Array(new Uint8Array(bytes).buffer);
