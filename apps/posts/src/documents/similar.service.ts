import { Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import { Failure, type findSimilar, type RequestOf } from '#contracts';
import { CollectionService } from './collection.service.ts';
import { DocumentStore } from './document.store.ts';
import { embeddingModel } from './embed-text.ts';
import type { NearestInput } from './find-nearest.worker.ts';
import type { Nearest } from './nearest.ts';
import type { DocumentFilter } from './vector.store.ts';
import { VectorBlocks } from './vector-blocks.service.ts';

const findNearest = task<NearestInput, Nearest>('./find-nearest.worker', import.meta.url);
/** A search that takes longer than this is stopped. */
const timeoutMs = 18_000;

export interface Neighbour {
  readonly number: string;
  readonly similarity: number;
}

export interface NearestQuery extends DocumentFilter {
  readonly text: string;
  readonly limit: number;
}

@Injectable() // finds the documents whose vectors are nearest to one text
export class SimilarService {
  constructor(
    private readonly collections: CollectionService,
    private readonly documents: DocumentStore,
    private readonly blocks: VectorBlocks,
    private readonly compute: Compute,
  ) {}

  /** @throws Failure `collection-not-found`, `document-not-found`; `request-invalid` unless there is either a text or a document */
  async find({ collectionId, text, externalId, limit, ...filter }: RequestOf<typeof findSimilar>) {
    const { content } = await this.collections.find(collectionId);
    const asked = await this.readQuestion(collectionId, text, externalId);
    const { neighbours, compared } = await this.nearest(collectionId, content, { text: asked.text, limit: limit + 1, ...filter });
    const rows = await this.documents.byNumbers(
      collectionId,
      neighbours.map(({ number }) => number),
    );
    const byNumber = new Map(rows.map((row) => [row.number, row]));
    const matches = neighbours.flatMap(({ number, similarity }) => {
      const row = byNumber.get(number);
      return row && row.number !== asked.number ? [{ externalId: row.externalId, similarity, excerpt: excerptOf(row.text) }] : [];
    });
    return { matches: matches.slice(0, limit), documentsCompared: compared, model: embeddingModel, index: 'exact' as const, recall: 1 };
  }

  /** The most similar first; every vector that passes the filter is compared. */
  async nearest(collectionId: string, content: number, { text, limit, ...filter }: NearestQuery) {
    let neighbours: Neighbour[] = [];
    let compared = 0;
    const signal = AbortSignal.timeout(timeoutMs);
    for await (const { numbers, vectors } of this.blocks.of(collectionId, content, filter)) {
      const { places, similarities } = await this.compute.run(findNearest, { text, vectors, count: numbers.length, limit }, { signal });
      compared += numbers.length;
      for (const [at, place] of places.entries()) neighbours.push({ number: numbers[place]!, similarity: Math.min(1, similarities[at]!) });
      neighbours = neighbours.sort((a, b) => b.similarity - a.similarity || Number(a.number) - Number(b.number)).slice(0, limit);
    }
    return { neighbours, compared };
  }

  private async readQuestion(collectionId: string, text: string | undefined, externalId: string | undefined) {
    if ((text === undefined) === (externalId === undefined)) throw eitherOne();
    if (text !== undefined) return { text, number: undefined };
    const row = await this.documents.find(collectionId, externalId!);
    if (!row) throw new Failure('document-not-found', 'The collection has no document with this externalId.');
    return row;
  }
}

const excerptLength = 200;

/** The beginning of a text, not ending inside a character. */
const excerptOf = (text: string): string => text.slice(0, excerptLength).replace(/[\ud800-\udbff]$/, '');

const detail = 'Send either `text` or the `externalId` of a document.';
const eitherOne = () => new Failure('request-invalid', detail, { errors: [{ pointer: '/body/text', code: 'either-one', detail }] });
