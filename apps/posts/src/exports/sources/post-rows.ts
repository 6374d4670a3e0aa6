/** Posts as rows of an export. */
import type { Post, TextAnalysis } from '#contracts';
import { integers, jsons, type RowForm, texts, timestamps } from '../export-row.ts';
import type { CursorQuery } from './cursor-batches.store.ts';
import { findings } from './document-rows.ts';

/** In the order of the export: the field of a row and where it is read from. */
const sources = {
  id: 'id',
  title: 'title',
  text: 'text',
  status: 'status',
  version: 'version',
  language: 'language',
  tags: 'tags',
  metadata: 'metadata',
  externalId: 'external_id',
  analysis: 'analysis',
  createdAt: 'jobs.iso(created_at)',
  updatedAt: 'jobs.iso(updated_at)',
} as const;
const fields = Object.keys(sources) as (keyof typeof sources)[];

export type ExportedPost = Pick<Post, Exclude<keyof typeof sources, 'analysis'>> & { readonly analysis: TextAnalysis | null };

export const postForm: RowForm<ExportedPost> = {
  json: (row) => Object.fromEntries(fields.map((name) => [name, row[name]])),
  columns: [
    ...texts<ExportedPost>('id', 'title', 'text', 'status'),
    ...integers<ExportedPost>('version'),
    ...texts<ExportedPost>('language'),
    ...findings.filter(({ name }) => name === 'sentiment' || name === 'tone'),
    ...jsons<ExportedPost>('tags', 'metadata'),
    ...texts<ExportedPost>('externalId'),
    ...timestamps<ExportedPost>('createdAt', 'updatedAt'),
  ],
};

/** Old to new. */
export const postsQuery = (ownerId: string): CursorQuery => ({
  sql: `SELECT ${fields.map((name) => `${sources[name]} AS "${name}"`).join(', ')}, octet_length(text) + pg_column_size(analysis) AS size
    FROM posts.post WHERE owner_id = $1 ORDER BY created_at, id`,
  values: [ownerId],
});
