import { Injectable } from '@nestjs/common';
import type { RequestOf, searchDocuments } from '#contracts';
import { CollectionService } from './collection.service.ts';
import { fuseRanks } from './fuse-ranks.ts';
import { excerptAround, highlight, wordsOf } from './highlight.ts';
import { SearchStore, searchLanguageOf, searchLanguages } from './search.store.ts';
import { SimilarService } from './similar.service.ts';

/** Of each list so many are fused. */
const depth = 100;
/** Vectors that are less similar are of other topics. */
const similarityMin = 0.25;

type FoundDocument = Awaited<ReturnType<SearchStore['documents']>>[number];

@Injectable() // searches a collection by words and by vector, and fuses the two orders
export class SearchService {
  constructor(
    private readonly collections: CollectionService,
    private readonly similar: SimilarService,
    private readonly searches: SearchStore,
  ) {}

  /** @throws Failure `collection-not-found` */
  async search({ collectionId, q, limit, ...filter }: RequestOf<typeof searchDocuments>) {
    const collection = await this.collections.find(collectionId);
    const [byText, { neighbours }] = await Promise.all([
      this.searches.find(collectionId, q, filter, depth),
      this.similar.nearest(collection, { text: q, limit: depth, ...filter }),
    ]);
    const byVector = neighbours.filter(({ similarity }) => similarity >= similarityMin).map(({ number }) => number);
    const ranks = fuseRanks(byText, byVector).slice(0, limit);
    const found = await this.searches.documents(
      collectionId,
      ranks.map(({ number }) => number),
    );
    const byNumber = new Map(found.map((document) => [document.number, document]));
    const matching = await this.matchingWords(found, q);
    const items = ranks.flatMap(({ number, ...rank }) => {
      const document = byNumber.get(number); // it may have been deleted meanwhile
      return document ? [{ ...rank, ...present(document, matching.get(searchLanguageOf(document.language))!) }] : [];
    });
    return { items, nextCursor: null };
  }

  /** For each language the words of the documents that the question asks for. */
  private async matchingWords(found: readonly FoundDocument[], question: string): Promise<Map<string, Set<string>>> {
    const languages = Object.keys(searchLanguages) as (keyof typeof searchLanguages)[];
    const matching = await Promise.all(
      languages.map((language) => {
        const words = found.filter((document) => searchLanguageOf(document.language) === language).flatMap(({ text }) => wordsOf(text));
        return words.length === 0 ? new Set<string>() : this.searches.matching([...new Set(words)], question, language);
      }),
    );
    return new Map(languages.map((language, at) => [language, matching[at]!]));
  }
}

function present({ externalId, text, language }: FoundDocument, matching: ReadonlySet<string>) {
  const highlights = highlight(text, matching);
  const { start, end } = excerptAround(text, highlights);
  return { externalId, language, excerpt: text.slice(start, end), excerptStart: start, highlights };
}
