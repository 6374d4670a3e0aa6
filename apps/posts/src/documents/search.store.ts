/** Full-text search in collections. Each document is indexed in its language; a collection's id is a word of its documents. */
import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { queryRows } from '#storage';
import type { DocumentFilter } from './vector.store.ts';

/** Configurations of PostgreSQL, and the word that marks the documents that are indexed with each. */
export const searchLanguages = { english: 'language:en', spanish: 'language:es', simple: 'language:und' } as const;
type SearchLanguage = keyof typeof searchLanguages;

export const searchLanguageOf = (language: string): SearchLanguage =>
  language === 'en' ? 'english' : language === 'es' ? 'spanish' : 'simple';

/** Matches that are ranked; of a word that more documents have, the others are left out. */
const maxRanked = 10_000;

/** The question in each language, among the documents that are indexed in it; nothing where only function words were asked for. */
const asked = Object.entries(searchLanguages)
  .map(
    ([configuration, mark]) => `CASE WHEN numnode(websearch_to_tsquery('${configuration}', $2)) > 0
      THEN '''${mark}'''::tsquery && websearch_to_tsquery('${configuration}', $2) ELSE ''::tsquery END`,
  )
  .join(' || ');

@Injectable()
export class SearchStore {
  constructor(private readonly database: Database) {}

  /** @returns numbers of the documents that match, best first */
  async find(collectionId: string, question: string, filter: DocumentFilter, limit: number): Promise<string[]> {
    const { language, createdAtMin, createdAtMax } = filter;
    const rows = await queryRows<{ number: string }>(
      this.database.source,
      `SELECT number FROM (
         SELECT number, search FROM documents.document
         WHERE search @@ (('''collection:' || $1::text || '''')::tsquery && (${asked})) AND collection_id = $1::uuid
           AND numnode(${asked}) > 0 AND ($3::text IS NULL OR language = $3)
           AND ($4::timestamptz IS NULL OR created_at >= $4) AND ($5::timestamptz IS NULL OR created_at <= $5)
         LIMIT ${maxRanked}) AS matching
       ORDER BY ts_rank_cd(search, ${asked}, 1) DESC, number LIMIT $6`,
      [collectionId, question, language ?? null, createdAtMin ?? null, createdAtMax ?? null, limit],
    );
    return rows.map(({ number }) => number);
  }

  /** Which of these words a question asks for, in any of their forms. */
  async matching(words: readonly string[], question: string, language: SearchLanguage): Promise<Set<string>> {
    const rows = await queryRows<{ word: string }>(
      this.database.source,
      `SELECT word FROM unnest($1::text[]) AS word
       WHERE to_tsvector($3::regconfig, word) @@ replace(plainto_tsquery($3::regconfig, $2)::text, '&', '|')::tsquery`,
      [words, question, language],
    );
    return new Set(rows.map(({ word }) => word));
  }

  /** With text and language, by number. */
  documents(collectionId: string, numbers: readonly string[]) {
    return queryRows<{ number: string; externalId: string; text: string; language: string }>(
      this.database.source,
      `SELECT number, external_id AS "externalId", text, language FROM documents.document WHERE collection_id = $1 AND number = ANY($2::bigint[])`,
      [collectionId, numbers],
    );
  }
}
