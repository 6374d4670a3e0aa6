import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type DataExport, type ExportPartition, Failure } from '#contracts';
import { BLOBS } from '#platform';
import { type BlobStore, queryRows } from '#storage';
import { CollectionStore } from '../documents/collection.store.ts';
import type { ExportRow } from './export.store.ts';
import type { RowForm } from './export-row.ts';
import type { PartitionService } from './partitions.service.ts';
import { analysisForm, documentAnalysesQuery, postAnalysesQuery } from './sources/analysis-rows.ts';
import { type CursorQuery, cursorBatches } from './sources/cursor-batches.store.ts';
import { documentForm, documentsQuery } from './sources/document-rows.ts';
import { trackForm, videoForm } from './sources/media-rows.ts';
import { partitionBatches } from './sources/partition-batches.ts';
import { postForm, postsQuery } from './sources/post-rows.ts';

export interface OpenedSource<Row = never> {
  readonly batches: AsyncIterable<readonly Row[]>;
  readonly form: RowForm<Row>;
  /** How many rows there are, about. */
  readonly expected: number;
}

/** Which service has the rows of a source, where it is not this one. */
export const serviceOf: Readonly<Partial<Record<DataExport['source'], PartitionService>>> = { tracks: 'audio', videos: 'video' };

const mediaForms = { tracks: trackForm, videos: videoForm } as const;

@Injectable() // opens the rows of an export
export class ExportSources {
  constructor(@Inject(BLOBS) private readonly blobs: BlobStore) {}

  /** @throws Failure `collection-not-found` */
  async open(tx: EntityManager, { source, collectionId, ownerId, format }: ExportRow): Promise<OpenedSource> {
    if (collectionId !== null) {
      const expected = await CollectionStore.documentCount(tx, collectionId, ownerId);
      if (expected === undefined) throw new Failure('collection-not-found', 'The collection was deleted.');
      if (source === 'documents') return this.query(tx, documentsQuery(collectionId, format), documentForm, expected);
      return this.query(tx, documentAnalysesQuery(collectionId, format), analysisForm, expected);
    }
    const expected = await countPosts(tx, ownerId);
    if (source === 'posts') return this.query(tx, postsQuery(ownerId, format), postForm, expected);
    return this.query(tx, postAnalysesQuery(ownerId, format), analysisForm, expected);
  }

  /** @throws Failure `file-lost` as it is read, when the partition has been swept */
  openPartition(source: 'tracks' | 'videos', { sha256, rowCount }: ExportPartition): OpenedSource {
    return { batches: partitionBatches<never>(this.blobs, sha256), form: mediaForms[source], expected: rowCount };
  }

  private query<Row extends object>(tx: EntityManager, query: CursorQuery, form: RowForm<Row>, expected: number): OpenedSource {
    return { batches: cursorBatches<Row>(tx, query), form, expected } as unknown as OpenedSource;
  }
}

async function countPosts(tx: EntityManager, ownerId: string): Promise<number> {
  const sql = 'SELECT count(*)::int AS count FROM posts.post WHERE owner_id = $1';
  return (await queryRows<{ count: number }>(tx, sql, [ownerId]))[0]?.count ?? 0;
}
