import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  type createExport,
  type DataExport,
  Failure,
  invalidField,
  type Job,
  presentProgress,
  type RequestOf,
  writeExport,
} from '#contracts';
import { Database, JobStore, requireCall, requireSubject, usage } from '#platform';
import { presentOwned } from '#storage';
import { CollectionService } from '../documents/collection.service.ts';
import { type ExportRow, ExportStore, type ListExports } from './export.store.ts';
import { contentTypeOf, fileNameOf } from './export-files.ts';
import { canCompress } from './formats/compress.ts';

@Injectable() // keeps exports and starts the jobs that write their files
export class ExportService {
  constructor(
    private readonly database: Database,
    private readonly exports: ExportStore,
    private readonly collections: CollectionService,
    private readonly jobs: JobStore,
  ) {}

  /** @throws Failure `collection-not-found`, `external-id-taken`, `quota-exceeded`; `request-invalid` for what does not go together */
  async create(request: RequestOf<typeof createExport>): Promise<DataExport> {
    const { source, format, compression, collectionId, isFormulaGuarded, hasByteOrderMark, rowsPerFile, title = '', ...owned } = request;
    requirePossible(request);
    if (collectionId !== undefined) await this.collections.find(collectionId);
    const [id, ownerId, { requestId, traceparent }] = [randomUUID(), requireSubject(), requireCall()];
    await this.exports.releaseAbandoned(ownerId); // they must not fill the quota of this one
    await usage.admit(this.database.source, ownerId, 'storageBytes');
    await this.database.transaction(async (tx) => {
      const order = { ownerId, input: { exportId: id }, subject: { exportId: id }, context: { requestId, traceparent } };
      const { id: jobId } = await this.jobs.enqueue(tx, writeExport, order);
      const options = { isFormulaGuarded, hasByteOrderMark, rowsPerFile };
      await this.exports.add(tx, {
        ...owned,
        id,
        ownerId,
        title,
        source,
        format,
        compression,
        collectionId: collectionId ?? null,
        options,
        files: [],
        jobId,
      });
    });
    return this.get(id);
  }

  /** @throws Failure `export-not-found`, also for an export of somebody else */
  async get(exportId: string): Promise<DataExport> {
    const [found] = await this.presentAll([await this.find(exportId)]);
    return found as DataExport;
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  async list(request: ListExports): Promise<{ items: DataExport[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.exports.list(requireSubject(), request);
    const exports = await this.presentAll(items);
    return { items: request.fields?.includes('files') ? exports : exports.map(summaryOf), nextCursor };
  }

  /** Cancels its job, and lets the files go. @throws Failure `export-not-found` */
  async remove(exportId: string): Promise<void> {
    const ownerId = requireSubject();
    const { jobId, partitionJobId } = await this.find(exportId);
    for (const id of [jobId, ...(partitionJobId ? [partitionJobId] : [])]) await this.jobs.cancelIfOpen(id, ownerId);
    if (!(await this.exports.remove({ id: exportId, ownerId }))) throw notFound();
  }

  /** @throws Failure `export-not-found`, `export-not-ready`, `export-file-not-found` */
  async locate(exportId: string, number: number) {
    const row = await this.find(exportId);
    if (!row.ready) throw await this.jobs.unfinished('export', row);
    const file = row.files[number];
    if (!file) throw new Failure('export-file-not-found', `The export has ${row.files.length} files, counted from 0.`);
    return { sha256: file.sha256, sizeBytes: file.sizeBytes, contentType: contentTypeOf(row), fileName: fileNameOf(row, number) };
  }

  /** @throws Failure `export-not-found`, `export-not-ready` */
  async locateManifest(exportId: string) {
    const row = await this.find(exportId);
    if (!row.ready || !row.manifest) throw await this.jobs.unfinished('export', row);
    return { ...row.manifest, contentType: 'application/json', fileName: 'manifest.json' };
  }

  private async find(exportId: string): Promise<ExportRow> {
    const row = await this.exports.find(exportId, requireSubject());
    if (!row) throw notFound();
    return row;
  }

  private async presentAll(rows: readonly ExportRow[]): Promise<DataExport[]> {
    const ids = rows.map(({ jobId }) => jobId);
    const jobs: ReadonlyMap<string, Job> = ids.length > 0 ? await this.jobs.findMany(ids, requireSubject()) : new Map();
    return rows.map((row) => {
      const { source, format, compression, collectionId, rowCount, files } = row;
      const progress = presentProgress(row.ready, jobs.get(row.jobId));
      return { kind: 'export', ...presentOwned(row), ...progress, source, format, compression, collectionId, rowCount, files };
    });
  }
}

const notFound = () => new Failure('export-not-found', 'There is no such export.');

function requirePossible({ source, format, compression, collectionId }: RequestOf<typeof createExport>): void {
  if (source === 'documents' && collectionId === undefined)
    throw invalid('collectionId', 'required', 'An export of documents needs the id of their collection.');
  if (source !== 'documents' && source !== 'analyses' && collectionId !== undefined)
    throw invalid('collectionId', 'unexpected', `An export of ${source} has no collection.`);
  if (format === 'parquet' && compression !== 'none')
    throw invalid('compression', 'unexpected', 'Parquet compresses its pages itself: leave `compression` out.');
  if (!canCompress(compression))
    throw invalid('compression', 'unsupported', 'This server cannot write Zstandard: it needs Node 22.15 or newer.');
}

const invalid = (field: string, code: string, detail: string) => invalidField(`/body/${field}`, detail, code);

const summaryOf = ({ files: _, ...summary }: DataExport): DataExport => summary as DataExport;
