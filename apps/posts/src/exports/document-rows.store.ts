/** Documents of a collection as rows of an export. */
import type { EntityManager } from 'typeorm';
import type { TextAnalysis } from '#contracts';
import { queryRows } from '#storage';
import type { RowForm } from './export-files.ts';

export interface ExportedDocument {
  readonly id: string;
  readonly text: string;
  readonly language: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly analysis: TextAnalysis | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const documentForm: RowForm<ExportedDocument> = {
  json: ({ id, text, language, metadata, analysis, createdAt, updatedAt }) => ({
    id,
    text,
    language,
    metadata,
    analysis,
    createdAt,
    updatedAt,
  }),
  columns: ['id', 'text', 'language', 'sentiment', 'sentimentScore', 'tone', 'words', 'metadata', 'createdAt', 'updatedAt'],
  cells: ({ id, text, language, metadata, analysis, createdAt, updatedAt }) => [
    ...[id, text, language],
    ...[
      analysis?.sentiment?.label ?? null,
      analysis?.sentiment?.score ?? null,
      analysis?.tone?.label ?? null,
      analysis?.readability?.words ?? null,
    ],
    ...[JSON.stringify(metadata), createdAt.toISOString(), updatedAt.toISOString()],
  ],
};

/** A batch has about this much text and analysis. */
const batchBytes = 2_000_000;
const maxBatchRows = 1_000;
const firstBatchRows = 50;
/** A slow blob store may keep a batch waiting for so long. */
const idleLimit = '10min';

/** Reads a collection as it is at the beginning, with a cursor on the server, in the order in which the documents came. */
export async function* documentBatches(tx: EntityManager, collectionId: string): AsyncGenerator<readonly ExportedDocument[]> {
  await queryRows(tx, `SELECT set_config('idle_in_transaction_session_timeout', '${idleLimit}', true)`);
  await tx.query(
    `DECLARE exported NO SCROLL CURSOR FOR SELECT external_id AS id, text, language, metadata, analysis, created_at AS "createdAt",
       updated_at AS "updatedAt", octet_length(text) + coalesce(pg_column_size(analysis), 0) AS size
     FROM documents.document WHERE collection_id = $1 ORDER BY number`,
    [collectionId],
  );
  for (let limit = firstBatchRows; ; ) {
    const rows = await queryRows<ExportedDocument & { size: number }>(tx, `FETCH ${limit} FROM exported`);
    if (rows.length === 0) return;
    const bytes = rows.reduce((sum, { size }) => sum + size, 0);
    limit = Math.max(1, Math.min(maxBatchRows, Math.floor((batchBytes * rows.length) / Math.max(1, bytes))));
    yield rows;
  }
}
