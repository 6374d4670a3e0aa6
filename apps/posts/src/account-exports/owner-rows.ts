/** What this service has of an owner, as rows of the archive of all of one's data. */
import type { CursorQuery } from '../exports/sources/cursor-batches.store.ts';

const owned = `title, tags, metadata, external_id AS "externalId", jobs.iso(created_at) AS "createdAt", jobs.iso(updated_at) AS "updatedAt"`;

/** With the texts that each post has had. */
export const postsOfOwnerQuery = (ownerId: string): CursorQuery => ({
  sql: `SELECT id, ${owned}, text, status, version, language, analysis,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('version', v.version, 'text', v.text, 'createdAt', jobs.iso(v.created_at)) ORDER BY v.version), '[]')
       FROM posts.post_version v WHERE v.post_id = post.id) AS versions,
      octet_length(text) * version + pg_column_size(analysis) AS size
    FROM posts.post WHERE owner_id = $1 ORDER BY created_at, id`,
  values: [ownerId],
});

export const collectionsQuery = (ownerId: string): CursorQuery => ({
  sql: `SELECT id, ${owned}, description, document_count AS "documentCount", 1000 AS size
    FROM documents.collection WHERE owner_id = $1 ORDER BY created_at, id`,
  values: [ownerId],
});

export const loadsQuery = (ownerId: string): CursorQuery => ({
  sql: `SELECT id, ${owned}, collection_id AS "collectionId", format, size_bytes::float8 AS "sizeBytes", lines_read AS "lineCount", added AS "addedCount",
      updated AS "updatedCount", repeated AS "repeatedCount", refused AS "refusedCount", bad_lines AS "badLines", 1000 + pg_column_size(bad_lines) AS size
    FROM documents.load WHERE owner_id = $1 ORDER BY created_at, id`,
  values: [ownerId],
});

/** Of all collections, each with the id of its own. */
export const documentsOfOwnerQuery = (ownerId: string): CursorQuery => ({
  sql: `SELECT d.collection_id AS "collectionId", d.external_id AS "externalId", d.text, d.language, d.metadata, d.analysis,
      jobs.iso(d.created_at) AS "createdAt", jobs.iso(d.updated_at) AS "updatedAt", octet_length(d.text) + coalesce(pg_column_size(d.analysis), 0) AS size
    FROM documents.collection c JOIN documents.document d ON d.collection_id = c.id WHERE c.owner_id = $1 ORDER BY d.collection_id, d.number`,
  values: [ownerId],
});
