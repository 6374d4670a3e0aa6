import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import type { EntityManager } from 'typeorm';
import { type DataExport, Failure, type writeExport } from '#contracts';
import { BLOBS, Database, type JobHandler } from '#platform';
import type { BlobStore } from '#storage';
import { CollectionStore } from '../documents/collection.store.ts';
import { compressed } from './compress.ts';
import { documentBatches, documentForm } from './document-rows.store.ts';
import { type ExportRow, ExportStore } from './export.store.ts';
import { FileCutter, fileNameOf } from './export-files.ts';

const maxFileBytes = 64 * 1_024 ** 3;
const exported = new Counter({ name: 'export_rows_total', help: 'Rows written to files of exports.', labelNames: ['source', 'format'] });

type Handle = JobHandler<typeof writeExport>;
type Run = Parameters<Handle>[1];
type ExportedFile = DataExport['files'][number];

@Injectable() // writes the files of an export; an attempt that is interrupted begins again, and equal files are stored once
export class ExportJob {
  constructor(
    private readonly database: Database,
    private readonly exports: ExportStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  readonly run: Handle = async ({ exportId }, run) => {
    const row = await this.exports.find(exportId, run.ownerId);
    if (!row) throw deleted();
    const files = await this.database.transaction((tx) => this.write(tx, row, run));
    const rowCount = files.reduce((sum, file) => sum + file.rowCount, 0);
    return run.complete({ exportId, rowCount }, async (tx) => {
      if (!(await ExportStore.finish(tx, exportId, files, rowCount))) throw deleted();
      exported.inc({ source: row.source, format: row.format }, rowCount);
    });
  };

  private async write(tx: EntityManager, row: ExportRow, run: Run): Promise<ExportedFile[]> {
    const { collectionId, format, compression, options } = row;
    const expected = collectionId === null ? undefined : await CollectionStore.documentCount(tx, collectionId, run.ownerId);
    if (collectionId === null || expected === undefined) throw new Failure('collection-not-found', 'The collection was deleted.');
    const cutter = new FileCutter(documentBatches(tx, collectionId), { format, compression, ...options }, documentForm);
    const files: ExportedFile[] = [];
    let rowCount = 0;
    const counted = async function* (text: AsyncIterable<string>) {
      for await (const piece of text) {
        run.progress('writing', Math.min(99, Math.floor((100 * (rowCount + cutter.rowCount)) / Math.max(1, expected))));
        yield piece;
      }
    };
    while (await cutter.hasMore()) {
      const stream = compressed(counted(cutter.file()), compression);
      const { sha256, sizeBytes } = await this.blobs.write(stream, { maxBytes: maxFileBytes, signal: run.signal });
      rowCount += cutter.rowCount;
      files.push({ number: files.length, fileName: fileNameOf(row, files.length), rowCount: cutter.rowCount, sizeBytes, sha256 });
    }
    return files;
  }
}

const deleted = () => new Failure('export-not-found', 'The export was deleted: there is nothing to write.');
