/** Documents of a collection as rows of an export. */
import type { TextAnalysis } from '#contracts';
import { type ExportColumn, jsons, type RowForm, texts, timestamps } from '../export-row.ts';
import type { CursorQuery } from './cursor-batches.store.ts';

export interface ExportedDocument {
  readonly id: string;
  readonly text: string;
  readonly language: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly analysis: TextAnalysis | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The columns of what is found in a text that spreadsheets ask for first. */
export const findings: readonly ExportColumn<{ readonly analysis: TextAnalysis | null }>[] = [
  { name: 'sentiment', type: 'text', of: ({ analysis }) => analysis?.sentiment?.label ?? null },
  { name: 'sentimentScore', type: 'number', of: ({ analysis }) => analysis?.sentiment?.score ?? null },
  { name: 'tone', type: 'text', of: ({ analysis }) => analysis?.tone?.label ?? null },
  { name: 'words', type: 'integer', of: ({ analysis }) => analysis?.readability?.words ?? null },
];

export const documentForm: RowForm<ExportedDocument> = {
  json: ({ id, text, language, metadata, analysis, createdAt, updatedAt }) => {
    return { id, text, language, metadata, analysis, createdAt, updatedAt };
  },
  columns: [
    ...texts<ExportedDocument>('id', 'text', 'language'),
    ...findings,
    ...jsons('metadata'),
    ...timestamps('createdAt', 'updatedAt'),
  ],
};

/** In the order in which the documents came. */
export const documentsQuery = (collectionId: string): CursorQuery => ({
  sql: `SELECT external_id AS id, text, language, metadata, analysis, jobs.iso(created_at) AS "createdAt", jobs.iso(updated_at) AS "updatedAt",
      octet_length(text) + coalesce(pg_column_size(analysis), 0) AS size
    FROM documents.document WHERE collection_id = $1 ORDER BY number`,
  values: [collectionId],
});
