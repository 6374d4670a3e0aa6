/** What is found in texts as rows of an export: of posts, or of the documents of a collection. */
import type { DataExport, TextAnalysis } from '#contracts';
import { type Cell, type ColumnType, type ExportColumn, jsonLines, type RowForm, texts, timestamps } from '../export-row.ts';
import type { CursorQuery } from './cursor-batches.store.ts';
import { updatedColumn } from './row-columns.ts';

export interface ExportedAnalysis {
  /** Of the post, or of the document in its collection. */
  readonly id: string;
  /** JSON as text where rows become lines of JSON. */
  readonly analysis: TextAnalysis | string | null;
  readonly updatedAt: string;
}

const found = (name: string, type: ColumnType, of: (analysis: TextAnalysis) => Cell | undefined): ExportColumn<ExportedAnalysis> => ({
  ...{ name, type },
  of: ({ analysis }) => (analysis ? (of(analysis as TextAnalysis) ?? null) : null),
});
const list = (items: readonly { readonly text: string }[]) => JSON.stringify(items.map(({ text }) => text));

export const analysisForm: RowForm<ExportedAnalysis> = {
  line: jsonLines(['id', 'analysis', 'updatedAt'], ['analysis']),
  columns: [
    ...texts<ExportedAnalysis>('id'),
    found('language', 'text', ({ language }) => language),
    found('languageConfidence', 'number', ({ languageConfidence }) => languageConfidence),
    found('sentiment', 'text', ({ sentiment }) => sentiment?.label),
    found('sentimentScore', 'number', ({ sentiment }) => sentiment?.score),
    found('sentimentConfidence', 'number', ({ sentiment }) => sentiment?.confidence),
    found('tone', 'text', ({ tone }) => tone?.label),
    found('toneConfidence', 'number', ({ tone }) => tone?.confidence),
    found('sentences', 'integer', ({ readability }) => readability?.sentences),
    found('words', 'integer', ({ readability }) => readability?.words),
    found('readingSeconds', 'number', ({ readability }) => readability?.readingSeconds),
    found('flesch', 'number', ({ readability }) => readability?.flesch),
    found('fleschKincaidGrade', 'number', ({ readability }) => readability?.fleschKincaidGrade),
    found('fernandezHuerta', 'number', ({ readability }) => readability?.fernandezHuerta),
    found('keywords', 'json', ({ keywords }) => list(keywords)),
    found('entities', 'json', ({ entities }) => list(entities)),
    found('hashtags', 'json', ({ structure }) => structure && JSON.stringify(structure.hashtags)),
    found('mentions', 'json', ({ structure }) => structure && JSON.stringify(structure.mentions)),
    found('engineVersion', 'integer', ({ engineVersion }) => engineVersion),
    ...timestamps<ExportedAnalysis>('updatedAt'),
  ],
};

const columnsOf = (format: DataExport['format']): string =>
  `${format === 'ndjson' ? 'analysis::text AS analysis' : 'analysis'}, ${updatedColumn}, coalesce(pg_column_size(analysis), 0) AS size`;

export const postAnalysesQuery = (ownerId: string, format: DataExport['format']): CursorQuery => ({
  sql: `SELECT id, ${columnsOf(format)} FROM posts.post WHERE owner_id = $1 ORDER BY created_at, id`,
  values: [ownerId],
  moments: ['updatedAt'],
});

export const documentAnalysesQuery = (collectionId: string, format: DataExport['format']): CursorQuery => ({
  sql: `SELECT external_id AS id, ${columnsOf(format)} FROM documents.document WHERE collection_id = $1 ORDER BY number`,
  values: [collectionId],
  moments: ['updatedAt'],
});
