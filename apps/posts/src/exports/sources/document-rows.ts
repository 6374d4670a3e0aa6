/** Documents of a collection as rows of an export. */
import type { DataExport } from '#contracts';
import { integers, jsonLines, jsons, numbers, type RowForm, texts, timestamps } from '../export-row.ts';
import type { CursorQuery } from './cursor-batches.store.ts';
import { analysisColumns, timestampColumns, withFindings } from './row-columns.ts';

/** The columns of what is found in a text that spreadsheets ask for first; absent where rows become lines of JSON. */
export interface Findings {
  readonly sentiment?: string | null;
  readonly sentimentScore?: number | null;
  readonly tone?: string | null;
  readonly words?: number | null;
}

export interface ExportedDocument extends Findings {
  readonly id: string;
  readonly text: string;
  readonly language: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** JSON as text; absent where rows become cells. */
  readonly analysis?: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const documentForm: RowForm<ExportedDocument> = {
  line: jsonLines(['id', 'text', 'language', 'metadata', 'analysis', 'createdAt', 'updatedAt'], ['analysis']),
  columns: [
    ...texts<ExportedDocument>('id', 'text', 'language', 'sentiment'),
    ...numbers<ExportedDocument>('sentimentScore'),
    ...texts<ExportedDocument>('tone'),
    ...integers<ExportedDocument>('words'),
    ...jsons('metadata'),
    ...timestamps('createdAt', 'updatedAt'),
  ],
};

/** In the order in which the documents came. */
export const documentsQuery = (collectionId: string, format: DataExport['format']): CursorQuery => ({
  sql: `SELECT external_id AS id, text, language, metadata, ${analysisColumns(format)}, ${timestampColumns},
      octet_length(text) + coalesce(pg_column_size(analysis), 0) AS size
    FROM documents.document ${withFindings(format)} WHERE collection_id = $1 ORDER BY number`,
  values: [collectionId],
  moments: ['createdAt', 'updatedAt'],
});
