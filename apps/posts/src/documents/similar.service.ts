import { Inject, Injectable } from '@nestjs/common';
import { Compute, task, type WorkProfile } from '#compute';
import { Failure, type findSimilar, type RequestOf } from '#contracts';
import { embeddingModel } from '../analysis/embed-text.ts';
import { CollectionService } from './collection.service.ts';
import type { CollectionRow } from './collection.store.ts';
import { DocumentStore } from './document.store.ts';
import { WORK_PROFILE } from './documents.config.ts';
import type { NearestInput } from './find-nearest.worker.ts';
import type { Nearest } from './nearest.ts';
import { ResultCache } from './result-cache.ts';
import type { DocumentFilter } from './vector.store.ts';
import { type VectorBlock, VectorBlocks } from './vector-blocks.service.ts';
import { VectorIndexes } from './vector-index.service.ts';
import type { VectorIndexRow } from './vector-index.store.ts';
import { VectorJobs } from './vector-jobs.service.ts';

const findNearest = task<NearestInput, Nearest[]>('./find-nearest.worker', import.meta.url);
/** A search that takes longer than this is stopped. */
const timeoutMs = 18_000;

/** Of all results that are remembered. */
const maxKeptNeighbours = 200_000;

export interface Neighbour {
  readonly number: string;
  readonly similarity: number;
}

export interface FoundNeighbours {
  readonly neighbours: readonly Neighbour[];
  readonly documentsCompared: number;
  readonly index: 'exact' | 'hnsw';
  readonly recall: number;
}

export interface NearestQuery extends DocumentFilter {
  readonly text: string;
  readonly limit: number;
}

@Injectable() // finds the documents whose vectors are nearest to one text
export class SimilarService {
  private readonly results: ResultCache<FoundNeighbours>;

  constructor(
    private readonly collections: CollectionService,
    private readonly documents: DocumentStore,
    private readonly blocks: VectorBlocks,
    private readonly indexes: VectorIndexes,
    private readonly orders: VectorJobs,
    private readonly compute: Compute,
    @Inject(WORK_PROFILE) { results }: WorkProfile,
  ) {
    this.results = new ResultCache({ ...results, weightOf: ({ neighbours }) => neighbours.length, maxWeight: maxKeptNeighbours });
  }

  /** @throws Failure `collection-not-found`, `document-not-found`; `request-invalid` unless there is either a text or a document */
  async find({ collectionId, text, externalId, limit, ...filter }: RequestOf<typeof findSimilar>) {
    const collection = await this.collections.find(collectionId);
    const asked = await this.readQuestion(collectionId, text, externalId);
    const { neighbours, ...how } = await this.nearest(collection, { text: asked.text, limit: limit + 1, ...filter });
    const rows = await this.documents.byNumbers(
      collectionId,
      neighbours.map(({ number }) => number),
    );
    const byNumber = new Map(rows.map((row) => [row.number, row]));
    const matches = neighbours.flatMap(({ number, similarity }) => {
      const row = byNumber.get(number);
      return row && row.number !== asked.number ? [{ externalId: row.externalId, similarity, excerpt: excerptOf(row.text) }] : [];
    });
    return { matches: matches.slice(0, limit), model: embeddingModel, ...how };
  }

  /** The most similar first. A filter has every vector compared that passes it. */
  async nearest(collection: CollectionRow, { text, limit, ...filter }: NearestQuery): Promise<FoundNeighbours> {
    const signal = AbortSignal.timeout(timeoutMs);
    await this.orders.ensureVectors(collection);
    const isFiltered = Object.values(filter).some((value) => value !== undefined);
    const index = isFiltered ? undefined : await this.indexes.find(collection);
    const key = JSON.stringify([collection.id, collection.content, collection.written, embeddingModel, index?.sha256, text, limit, filter]);
    return this.results.get(key, async () =>
      index
        ? this.byIndex(collection, index, { text, limit }, signal)
        : { ...(await this.exact(collection, { text, limit, ...filter }, signal)), index: 'exact', recall: 1 },
    );
  }

  private async exact(collection: CollectionRow, { text, limit, ...filter }: NearestQuery, signal: AbortSignal) {
    let neighbours: Neighbour[] = [];
    let documentsCompared = 0;
    for await (const blocks of this.blocks.of(collection, filter)) {
      for (const { numbers } of blocks) documentsCompared += numbers.length;
      neighbours = merged([...neighbours, ...(await this.compare(blocks, text, limit, signal))], limit);
    }
    return { neighbours, documentsCompared };
  }

  /** What the index finds is compared with the vectors of today, and with the documents that were written since it was built. */
  private async byIndex(
    collection: CollectionRow,
    index: VectorIndexRow,
    { text, limit }: Pick<NearestQuery, 'text' | 'limit'>,
    signal: AbortSignal,
  ): Promise<FoundNeighbours> {
    const found = await this.indexes.search(index, text, limit, signal);
    const candidates = await this.blocks.among(collection.id, [...found.numbers].map(String), index.since);
    const [known, written] = await Promise.all([
      this.compare([candidates], text, limit, signal),
      this.exact(collection, { text, limit, writtenSince: index.since }, signal),
    ]);
    const neighbours = merged([...known, ...written.neighbours], limit);
    return { neighbours, documentsCompared: collection.documentCount, index: 'hnsw', recall: index.recall };
  }

  private async compare(blocks: readonly VectorBlock[], text: string, limit: number, signal: AbortSignal): Promise<Neighbour[]> {
    const input = { text, limit, blocks: blocks.map(({ vectors, rounded, numbers }) => ({ vectors, rounded, count: numbers.length })) };
    const found = await this.compute.run(findNearest, input, { signal });
    return found.flatMap(({ places, similarities }, block) =>
      Array.from(places, (place, at) => ({ number: blocks[block]!.numbers[place]!, similarity: Math.min(1, similarities[at]!) })),
    );
  }

  private async readQuestion(collectionId: string, text: string | undefined, externalId: string | undefined) {
    if ((text === undefined) === (externalId === undefined)) throw eitherOne();
    if (text !== undefined) return { text, number: undefined };
    const row = await this.documents.find(collectionId, externalId!);
    if (!row) throw new Failure('document-not-found', 'The collection has no document with this externalId.');
    return row;
  }
}

const merged = (neighbours: readonly Neighbour[], limit: number): Neighbour[] =>
  neighbours.toSorted((a, b) => b.similarity - a.similarity || Number(a.number) - Number(b.number)).slice(0, limit);

const excerptLength = 200;

/** The beginning of a text, not ending inside a character. */
const excerptOf = (text: string): string => text.slice(0, excerptLength).replace(/[\ud800-\udbff]$/, '');

const detail = 'Send either `text` or the `externalId` of a document.';
const eitherOne = () => new Failure('request-invalid', detail, { errors: [{ pointer: '/body/text', code: 'either-one', detail }] });
