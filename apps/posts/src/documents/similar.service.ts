import { Inject, Injectable } from '@nestjs/common';
import { Compute, task, type WorkProfile } from '#compute';
import { Failure, type findSimilar, type RequestOf } from '#contracts';
import { CollectionService } from './collection.service.ts';
import type { CollectionRow } from './collection.store.ts';
import { DocumentStore } from './document.store.ts';
import { WORK_PROFILE } from './documents.config.ts';
import { EmbeddingService } from './embedding.service.ts';
import type { NearestInput } from './find-nearest.worker.ts';
import { ModelStore } from './models/model.store.ts';
import { builtInModel, type VectorModel } from './models/vector-model.ts';
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
  /** Name and version of the one model that all vectors are of. */
  readonly model: string;
  readonly neighbours: readonly Neighbour[];
  readonly documentsCompared: number;
  readonly index: 'exact' | 'hnsw';
  readonly recall: number;
}

export interface NearestQuery extends DocumentFilter {
  readonly text: string;
  readonly limit: number;
}

/** A search in the vectors of one model. */
interface VectorSearch {
  readonly collection: CollectionRow;
  readonly model: VectorModel;
  /** The vector of the question. */
  readonly asked: Float32Array;
  readonly limit: number;
  readonly signal: AbortSignal;
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
    private readonly models: ModelStore,
    private readonly embedding: EmbeddingService,
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
    return { matches: matches.slice(0, limit), ...how };
  }

  /** The most similar first. A filter has every vector compared that passes it. */
  async nearest(collection: CollectionRow, { text, limit, ...filter }: NearestQuery): Promise<FoundNeighbours> {
    const signal = AbortSignal.timeout(timeoutMs);
    const model = await this.models.find(collection.model ?? builtInModel.id);
    await this.orders.ensureVectors(collection, (await this.models.active()).id);
    const isFiltered = Object.values(filter).some((value) => value !== undefined);
    const index = isFiltered ? undefined : await this.indexes.find(collection, model.id);
    const key = JSON.stringify([collection.id, collection.content, collection.written, model.id, index?.sha256, text, limit, filter]);
    return this.results.get(key, async () => {
      const search = { collection, model, asked: await this.embedding.question(model, text, signal), limit, signal };
      const found = index
        ? await this.byIndex(search, index)
        : { ...(await this.exact(search, filter)), index: 'exact' as const, recall: 1 };
      return { ...found, model: model.id };
    });
  }

  private async exact({ collection, model, ...search }: VectorSearch, filter: DocumentFilter) {
    let neighbours: Neighbour[] = [];
    let documentsCompared = 0;
    for await (const blocks of this.blocks.of(collection, model, filter)) {
      for (const { numbers } of blocks) documentsCompared += numbers.length;
      neighbours = merged([...neighbours, ...(await this.compare(blocks, search))], search.limit);
    }
    return { neighbours, documentsCompared };
  }

  /** What the index finds is compared with the vectors of today, and with the documents that were written since it was built. */
  private async byIndex(search: VectorSearch, index: VectorIndexRow) {
    const { collection, model, asked, limit, signal } = search;
    const found = await this.indexes.search(index, asked, limit, signal);
    const candidates = await this.blocks.among(collection.id, model, [...found.numbers].map(String), index.since);
    const [known, written] = await Promise.all([this.compare([candidates], search), this.exact(search, { writtenSince: index.since })]);
    const neighbours = merged([...known, ...written.neighbours], limit);
    return { neighbours, documentsCompared: collection.documentCount, index: 'hnsw' as const, recall: index.recall };
  }

  private async compare(blocks: readonly VectorBlock[], { asked, limit, signal }: Pick<VectorSearch, 'asked' | 'limit' | 'signal'>) {
    const input = { asked, limit, blocks: blocks.map(({ vectors, rounded, numbers }) => ({ vectors, rounded, count: numbers.length })) };
    const found = await this.compute.run(findNearest, input, { signal });
    return found.flatMap(({ places, similarities }, block) =>
      Array.from(
        places,
        (place, at): Neighbour => ({ number: blocks[block]!.numbers[place]!, similarity: Math.min(1, similarities[at]!) }),
      ),
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
