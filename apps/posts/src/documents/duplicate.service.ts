import { Inject, Injectable } from '@nestjs/common';
import { Compute, task, type WorkProfile } from '#compute';
import {
  decodeSortedCursor,
  duplicateIdsMax,
  encodeSortedCursor,
  Failure,
  type findDuplicates,
  type listDuplicates,
  type RequestOf,
} from '#contracts';
import { CollectionService } from './collection.service.ts';
import type { ComparisonInput } from './compare-texts.worker.ts';
import { DocumentStore } from './document.store.ts';
import { WORK_PROFILE } from './documents.config.ts';
import { DuplicateFinder, wordsOf } from './duplicate-finder.service.ts';
import type { StoredGroup } from './duplicate-groups.ts';
import { DuplicateRunStore, type GroupRow } from './duplicate-run.store.ts';
import { ResultCache } from './result-cache.ts';
import { shinglesOf } from './shingles.ts';
import { estimateMargin, estimateSimilarity, signatureOf } from './signature.ts';

const compareTexts = task<ComparisonInput, Float64Array>('./compare-texts.worker', import.meta.url);

/** Collections with more documents need a run: this many are compared in about 200 ms. */
export const directDocuments = 10_000;
/** A page of groups is one message: it ends where its ids have this many characters. */
const pageCharacters = 300_000;
const maxMatches = 1_000;
/** Documents in the groups that are remembered. */
const maxKeptDocuments = 2_000_000;

/** Which groups of a result: `count` from `start` on. */
type ReadGroups = (start: number, count: number) => Promise<readonly GroupRow[]> | readonly GroupRow[];

export interface PageOfGroups {
  /** Of the result: a cursor of one is refused by another. */
  readonly order: string;
  readonly collectionId: string;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

@Injectable() // answers which documents of a collection are near-duplicates of each other, and of one text
export class DuplicateService {
  private readonly results: ResultCache<readonly StoredGroup[]>;

  constructor(
    private readonly collections: CollectionService,
    private readonly documents: DocumentStore,
    private readonly runs: DuplicateRunStore,
    private readonly finder: DuplicateFinder,
    private readonly compute: Compute,
    @Inject(WORK_PROFILE) { results }: WorkProfile,
  ) {
    const weightOf = (groups: readonly StoredGroup[]) => groups.reduce((sum, { numbers }) => sum + numbers.length, 0);
    this.results = new ResultCache({ ...results, weightOf, maxWeight: maxKeptDocuments });
  }

  /** @throws Failure `collection-not-found`, `duplicates-not-computed`; `request-invalid` for a wrong cursor */
  async list({ collectionId, similarityMin, cursor, limit }: RequestOf<typeof listDuplicates>) {
    const { content, documentCount } = await this.collections.find(collectionId);
    const page = { collectionId, cursor, limit, order: `duplicates ${similarityMin}` };
    const runId = await this.runs.findReady({ collectionId, content, similarityMin });
    if (runId) return this.page(page, (start, count) => this.runs.groups(runId, start, count));
    if (documentCount > directDocuments) throw notComputed(documentCount);
    const groups = await this.results.get(`${collectionId} ${content} ${similarityMin}`, async () => {
      return (await this.finder.group(collectionId, documentCount, similarityMin)).groups;
    });
    return this.page(page, (start, count) =>
      groups.slice(start, start + count).map(({ numbers, similarity }) => ({
        ...{ similarity, documentCount: numbers.length },
        first: [...numbers.subarray(0, duplicateIdsMax)].map(String),
      })),
    );
  }

  /** A page of groups with the ids of their documents. @throws Failure `request-invalid` for a wrong cursor */
  async page({ order, collectionId, cursor, limit }: PageOfGroups, read: ReadGroups) {
    const start = Number(decodeSortedCursor(cursor, order, 'number')?.value ?? 0);
    const groups = await read(start, limit + 1);
    let [taken, characters] = [0, 0];
    const items = [];
    for (; taken < Math.min(limit, groups.length) && (taken === 0 || characters < pageCharacters); taken++) {
      const item = await this.present(collectionId, groups[taken]!);
      characters += item.ids.join('').length;
      if (item.ids.length > 1) items.push(item); // the others may have been deleted meanwhile
    }
    const next = start + taken;
    return { items, nextCursor: taken < groups.length ? encodeSortedCursor({ sort: order, value: next, id: collectionId }) : null };
  }

  /** The most similar documents first. @throws Failure `collection-not-found` */
  async find({ collectionId, text, similarityMin }: RequestOf<typeof findDuplicates>) {
    await this.collections.find(collectionId);
    const asked = signatureOf(shinglesOf(text));
    const matches: { externalId: string; similarity: number }[] = [];
    if (!asked) return { matches };
    for await (const page of this.finder.pages(collectionId)) {
      const close = page.flatMap(({ number, signature }) =>
        signature && estimateSimilarity(asked, 0, wordsOf(signature), 0) >= similarityMin - estimateMargin ? [number] : [],
      );
      for (let at = 0; at < close.length; at += 500)
        matches.push(...(await this.compareWith(text, collectionId, close.slice(at, at + 500), similarityMin)));
      matches.sort((a, b) => b.similarity - a.similarity || (a.externalId < b.externalId ? -1 : 1)).splice(maxMatches);
    }
    return { matches };
  }

  private async compareWith(text: string, collectionId: string, numbers: readonly string[], similarityMin: number) {
    const rows = await this.documents.byNumbers(collectionId, numbers);
    const pairs = Int32Array.from({ length: 2 * rows.length }, (_, at) => (at % 2 === 0 ? 0 : (at + 1) / 2));
    const similarities = await this.compute.run(compareTexts, { texts: [text, ...rows.map((row) => row.text)], pairs });
    return rows
      .map(({ externalId }, at) => ({ externalId, similarity: similarities[at]! }))
      .filter(({ similarity }) => similarity >= similarityMin);
  }

  private async present(collectionId: string, { first, documentCount, similarity }: GroupRow) {
    const rows = await this.documents.idsByNumbers(collectionId, first);
    return { ids: rows.map(({ externalId }) => externalId).sort(), documentCount, similarity };
  }
}

const notComputed = (documentCount: number) =>
  new Failure(
    'duplicates-not-computed',
    `The collection has ${documentCount} documents, more than ${directDocuments}: start a run at /duplicate-runs, then ask again.`,
  );
