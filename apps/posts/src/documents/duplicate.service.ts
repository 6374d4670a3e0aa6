import { Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import {
  decodeSortedCursor,
  duplicateIdsMax,
  encodeSortedCursor,
  type findDuplicates,
  type listDuplicates,
  type RequestOf,
} from '#contracts';
import type { Candidates } from './candidate-pairs.ts';
import { CollectionService } from './collection.service.ts';
import type { ComparisonInput } from './compare-texts.worker.ts';
import { DocumentStore } from './document.store.ts';
import { groupPairs } from './duplicate-groups.ts';
import type { CandidatesInput } from './find-candidates.worker.ts';
import { GroupCache, type StoredGroup } from './group-cache.ts';
import { shinglesOf } from './shingles.ts';
import { estimateMargin, estimateSimilarity, signatureOf, signatureWords } from './signature.ts';
import { verifyPairs } from './verify-pairs.ts';

const findCandidates = task<CandidatesInput, Candidates>('./find-candidates.worker', import.meta.url);
const compareTexts = task<ComparisonInput, Float64Array>('./compare-texts.worker', import.meta.url);

/** Signatures of a page, 5 MB. */
const pageDocuments = 10_000;
/** A page of groups is one message: it ends where its ids have this many characters. */
const pageCharacters = 300_000;
const maxMatches = 1_000;

/** All signatures of a collection. */
interface SignatureTable {
  /** Number of each document. */
  readonly numbers: readonly string[];
  readonly signatures: Uint32Array<ArrayBuffer>;
}

@Injectable() // finds near-duplicates in a collection, and of one text in it
export class DuplicateService {
  private readonly cache = new GroupCache();

  constructor(
    private readonly collections: CollectionService,
    private readonly documents: DocumentStore,
    private readonly compute: Compute,
  ) {}

  /** @throws Failure `collection-not-found`; `request-invalid` for a wrong cursor */
  async list({ collectionId, minSimilarity, cursor, limit }: RequestOf<typeof listDuplicates>) {
    const { content, documentCount } = await this.collections.find(collectionId);
    const order = `duplicates ${minSimilarity}`;
    const start = Number(decodeSortedCursor(cursor, order, 'number')?.value ?? 0);
    const groups = await this.cache.get(`${collectionId} ${content} ${minSimilarity}`, () =>
      this.group(collectionId, documentCount, minSimilarity),
    );
    const page = groups.slice(start, start + limit);
    let [taken, characters] = [0, 0];
    const items = [];
    for (; taken < page.length && (taken === 0 || characters < pageCharacters); taken++) {
      const item = await this.present(collectionId, page[taken]!);
      characters += item.ids.join('').length;
      if (item.ids.length > 1) items.push(item); // the others may have been deleted meanwhile
    }
    const next = start + taken;
    return { items, nextCursor: next < groups.length ? encodeSortedCursor({ sort: order, value: next, id: collectionId }) : null };
  }

  /** The most similar documents first. @throws Failure `collection-not-found` */
  async find({ collectionId, text, minSimilarity }: RequestOf<typeof findDuplicates>) {
    await this.collections.find(collectionId);
    const asked = signatureOf(shinglesOf(text));
    const matches: { externalId: string; similarity: number }[] = [];
    if (!asked) return { matches };
    for await (const page of this.signaturePages(collectionId)) {
      const close = page.flatMap(({ number, signature }) =>
        signature && estimateSimilarity(asked, 0, wordsOf(signature), 0) >= minSimilarity - estimateMargin ? [number] : [],
      );
      for (let at = 0; at < close.length; at += 500)
        matches.push(...(await this.compareWith(text, collectionId, close.slice(at, at + 500), minSimilarity)));
      matches.sort((a, b) => b.similarity - a.similarity || (a.externalId < b.externalId ? -1 : 1)).splice(maxMatches);
    }
    return { matches };
  }

  private async compareWith(text: string, collectionId: string, numbers: readonly string[], minSimilarity: number) {
    const rows = await this.documents.byNumbers(collectionId, numbers);
    const pairs = Int32Array.from({ length: 2 * rows.length }, (_, at) => (at % 2 === 0 ? 0 : (at + 1) / 2));
    const similarities = await this.compute.run(compareTexts, { texts: [text, ...rows.map((row) => row.text)], pairs });
    return rows
      .map(({ externalId }, at) => ({ externalId, similarity: similarities[at]! }))
      .filter(({ similarity }) => similarity >= minSimilarity);
  }

  private async group(collectionId: string, documentCount: number, minSimilarity: number): Promise<StoredGroup[]> {
    const { numbers, signatures } = await this.readSignatures(collectionId, documentCount);
    const { pairs, originals } = await this.compute.run(findCandidates, { signatures, minSimilarity }, { transfer: [signatures.buffer] });
    const similarities = await verifyPairs(pairs, async (documents, block) => {
      const wanted = documents.map((document) => numbers[document]!);
      const rows = await this.documents.byNumbers(collectionId, wanted);
      const texts = new Map(rows.map(({ number, text }) => [number, text]));
      return this.compute.run(compareTexts, { texts: wanted.map((number) => texts.get(number) ?? ''), pairs: block });
    });
    return groupPairs({ pairs, similarities, originals }, minSimilarity).map(({ members, similarity }) => ({
      numbers: Float64Array.from(members, (member) => Number(numbers[member])),
      similarity,
    }));
  }

  private async present(collectionId: string, { numbers, similarity }: StoredGroup) {
    const first = [...numbers.subarray(0, duplicateIdsMax)].map(String);
    const rows = await this.documents.idsByNumbers(collectionId, first);
    return { ids: rows.map(({ externalId }) => externalId).sort(), documentCount: numbers.length, similarity };
  }

  private async readSignatures(collectionId: string, documentCount: number): Promise<SignatureTable> {
    const numbers: string[] = [];
    let signatures = new Uint32Array(documentCount * signatureWords);
    for await (const page of this.signaturePages(collectionId)) {
      if ((numbers.length + page.length) * signatureWords > signatures.length)
        signatures = grown(signatures, numbers.length + 2 * page.length);
      for (const { number, signature } of page) {
        if (signature) signatures.set(wordsOf(signature), numbers.length * signatureWords);
        numbers.push(number);
      }
    }
    const length = numbers.length * signatureWords;
    return { numbers, signatures: signatures.length === length ? signatures : signatures.slice(0, length) };
  }

  private async *signaturePages(collectionId: string) {
    let after = '0';
    for (;;) {
      const page = await this.documents.signatures(collectionId, after, pageDocuments);
      if (page.length > 0) yield page;
      if (page.length < pageDocuments) return;
      after = page.at(-1)!.number;
    }
  }
}

function grown(words: Uint32Array<ArrayBuffer>, documents: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(documents * signatureWords);
  larger.set(words);
  return larger;
}

/** Copied, because the bytes of a row may begin anywhere in their buffer, and words have to be aligned. */
const wordsOf = (bytes: Buffer): Uint32Array => new Uint32Array(new Uint8Array(bytes).buffer);
