import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type ExportPartition, Failure } from '#contracts';
import { BLOBS } from '#platform';
import type { BlobStore } from '#storage';
import { type CursorQuery, cursorBatches } from '../exports/sources/cursor-batches.store.ts';
import { partitionBatches } from '../exports/sources/partition-batches.ts';
import { collectionsQuery, documentsOfOwnerQuery, postsOfOwnerQuery } from './owner-rows.ts';
import type { ZipEntry } from './zip.ts';

/** Nouns whose rows have a file beside them. */
const nounsWithFiles: ReadonlySet<string> = new Set(['tracks', 'videos']);

interface FileRow {
  readonly id: string;
  readonly fileName: string;
  readonly sha256: string;
}

@Injectable() // gives out what belongs into the archive of an owner, one entry after the other
export class ArchiveEntries {
  constructor(@Inject(BLOBS) private readonly blobs: BlobStore) {}

  /** @param onEntry called before each entry @throws Failure `blob-not-found` for a partition that has been swept */
  async *of(tx: EntityManager, ownerId: string, partitions: readonly ExportPartition[], onEntry: () => void): AsyncGenerator<ZipEntry> {
    const modifiedAt = new Date();
    const entry = (name: string, content: AsyncIterable<Uint8Array>, isCompressible = true): ZipEntry => {
      onEntry();
      return { name, modifiedAt, isCompressible, content };
    };
    for (const { noun, sha256 } of partitions) yield entry(`data/${noun}.ndjson`, this.bytesOf(sha256));
    yield entry('data/posts.ndjson', linesOf(tx, postsOfOwnerQuery(ownerId)));
    yield entry('data/collections.ndjson', linesOf(tx, collectionsQuery(ownerId)));
    yield entry('data/documents.ndjson', linesOf(tx, documentsOfOwnerQuery(ownerId)));
    const missing: string[] = [];
    for (const partition of partitions.filter(({ noun }) => nounsWithFiles.has(noun)))
      for await (const rows of partitionBatches<FileRow>(this.blobs, partition.sha256))
        for (const { id, fileName, sha256 } of rows) {
          const name = `files/${partition.noun}/${id}/${fileName}`;
          if (await this.blobs.stat(sha256)) yield entry(name, this.bytesOf(sha256), false);
          else missing.push(name); // deleted since its row was written
        }
    if (missing.length > 0) yield entry('data/missing-files.txt', textOf(missing.map((name) => `${name}\n`).join('')));
  }

  private async *bytesOf(sha256: string): AsyncGenerator<Uint8Array> {
    const { stream } = await this.blobs.openRead(sha256);
    try {
      yield* stream as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw Failure.from(error);
    } finally {
      stream.destroy();
    }
  }
}

async function* linesOf(tx: EntityManager, query: CursorQuery): AsyncGenerator<Uint8Array> {
  for await (const rows of cursorBatches<{ size?: number }>(tx, query))
    yield Buffer.from(rows.map(({ size: _, ...row }) => `${JSON.stringify(row)}\n`).join(''));
}

async function* textOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
