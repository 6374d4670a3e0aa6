/** Posts as rows of an export. */
import type { DataExport, Post } from '#contracts';
import { integers, jsonLines, jsons, type RowForm, texts, timestamps } from '../export-row.ts';
import type { CursorQuery } from './cursor-batches.store.ts';
import type { Findings } from './document-rows.ts';
import { analysisColumns, timestampColumns, withFindings } from './row-columns.ts';

type Fields = 'id' | 'title' | 'text' | 'status' | 'version' | 'language' | 'tags' | 'metadata' | 'externalId' | 'createdAt' | 'updatedAt';

export interface ExportedPost extends Pick<Post, Fields>, Findings {
  /** JSON as text; absent where rows become cells. */
  readonly analysis?: string | null;
}

export const postForm: RowForm<ExportedPost> = {
  line: jsonLines(
    ['id', 'title', 'text', 'status', 'version', 'language', 'tags', 'metadata', 'externalId', 'analysis', 'createdAt', 'updatedAt'],
    ['analysis'],
  ),
  columns: [
    ...texts<ExportedPost>('id', 'title', 'text', 'status'),
    ...integers<ExportedPost>('version'),
    ...texts<ExportedPost>('language', 'sentiment', 'tone'),
    ...jsons<ExportedPost>('tags', 'metadata'),
    ...texts<ExportedPost>('externalId'),
    ...timestamps<ExportedPost>('createdAt', 'updatedAt'),
  ],
};

/** Old to new. */
export const postsQuery = (ownerId: string, format: DataExport['format']): CursorQuery => ({
  sql: `SELECT id, title, text, status, version, language, tags, metadata, external_id AS "externalId", ${analysisColumns(format)}, ${timestampColumns},
      octet_length(text) + pg_column_size(analysis) AS size
    FROM posts.post ${withFindings(format)} WHERE owner_id = $1 ORDER BY created_at, id`,
  values: [ownerId],
  moments: ['createdAt', 'updatedAt'],
});
