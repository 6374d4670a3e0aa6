/** Posts as rows of an export. */
import type { Post, TextAnalysis } from '#contracts';
import { integers, jsons, type RowForm, texts, timestamps } from '../export-row.ts';
import type { CursorQuery } from './cursor-batches.store.ts';

type Shown = 'id' | 'title' | 'text' | 'status' | 'version' | 'language' | 'tags' | 'metadata' | 'externalId' | 'createdAt' | 'updatedAt';
export type ExportedPost = Pick<Post, Shown> & { readonly analysis: TextAnalysis | null };

export const postForm: RowForm<ExportedPost> = {
  json: ({ id, title, text, status, version, language, tags, metadata, externalId, analysis, createdAt, updatedAt }) => ({
    ...{ id, title, text, status, version, language, tags, metadata, externalId, analysis, createdAt, updatedAt },
  }),
  columns: [
    ...texts<ExportedPost>('id', 'title', 'text', 'status'),
    ...integers<ExportedPost>('version'),
    ...texts<ExportedPost>('language'),
    { name: 'sentiment', type: 'text', of: ({ analysis }) => analysis?.sentiment?.label ?? null },
    { name: 'tone', type: 'text', of: ({ analysis }) => analysis?.tone?.label ?? null },
    ...jsons<ExportedPost>('tags', 'metadata'),
    ...texts<ExportedPost>('externalId'),
    ...timestamps<ExportedPost>('createdAt', 'updatedAt'),
  ],
};

/** Old to new. */
export const postsQuery = (ownerId: string): CursorQuery => ({
  sql: `SELECT id, title, text, status, version, language, tags, metadata, external_id AS "externalId", analysis,
      jobs.iso(created_at) AS "createdAt", jobs.iso(updated_at) AS "updatedAt", octet_length(text) + pg_column_size(analysis) AS size
    FROM posts.post WHERE owner_id = $1 ORDER BY created_at, id`,
  values: [ownerId],
});
