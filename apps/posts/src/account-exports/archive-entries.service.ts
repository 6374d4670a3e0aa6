import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure } from '#contracts';
import { BLOBS } from '#platform';
import type { BlobStore } from '#storage';
import { type CursorQuery, cursorBatches } from '../exports/sources/cursor-batches.store.ts';
import { partitionBatches } from '../exports/sources/partition-batches.ts';
import { collectionsQuery, documentsOfOwnerQuery, loadsQuery, postsOfOwnerQuery } from './owner-rows.ts';
import type { ZipEntry } from './zip.ts';

/** Nouns whose rows have a file beside them. */
const nounsWithFiles: ReadonlySet<string> = new Set(['tracks', 'videos', 'captions']);

interface FileRow {
  readonly id: string;
  readonly fileName: string;
  readonly sha256: string;
}

/** Rows of one noun as NDJSON in the blob store. */
export type StoredRows = Readonly<{ noun: string; sha256: string }>;

const maxRowsBytes = 64 * 1_024 ** 3;

@Injectable() // yields the entries of an owner's archive in order
export class ArchiveEntries {
  constructor(@Inject(BLOBS) private readonly blobs: BlobStore) {}

  /** Writes the rows of this service to the blob store, so that no transaction stays open while the files are packed. */
  async storeRows(tx: EntityManager, ownerId: string, signal: AbortSignal): Promise<StoredRows[]> {
    const queries = {
      posts: postsOfOwnerQuery(ownerId),
      collections: collectionsQuery(ownerId),
      loads: loadsQuery(ownerId),
      documents: documentsOfOwnerQuery(ownerId),
    };
    const stored: StoredRows[] = [];
    for (const [noun, query] of Object.entries(queries)) {
      const rows = Readable.from(linesOf(tx, query), { objectMode: false });
      const { sha256 } = await this.blobs.write(rows, { maxBytes: maxRowsBytes, signal });
      stored.push({ noun, sha256 });
    }
    return stored;
  }

  /** @param onEntry called before each entry @throws Failure `file-lost` for rows that have been swept */
  async *of(partitions: readonly StoredRows[], onEntry: () => void): AsyncGenerator<ZipEntry> {
    const modifiedAt = new Date();
    const entry = (name: string, content: AsyncIterable<Uint8Array>, isCompressible = true): ZipEntry => {
      onEntry();
      return { name, modifiedAt, isCompressible, content };
    };
    for (const { noun, sha256 } of partitions) yield entry(`data/${noun}.ndjson`, this.bytesOf(sha256));
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
