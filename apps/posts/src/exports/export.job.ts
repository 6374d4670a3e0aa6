import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { type DataExport, type ExportPartition, Failure, type writeExport } from '#contracts';
import { BLOBS, Database, type JobHandler } from '#platform';
import { type BlobStore, withSecondConnection } from '#storage';
import { type ExportRow, ExportStore } from './export.store.ts';
import { FileCutter, fileNameOf, manifestOf, maxFiles } from './export-files.ts';
import { ExportSources, type OpenedSource, serviceOf } from './export-sources.service.ts';
import { compressed } from './formats/compress.ts';
import type { HeldFile } from './held-file.store.ts';
import { type Gathered, type PartitionService, Partitions } from './partitions.service.ts';

const maxFileBytes = 64 * 1_024 ** 3;
const exported = new Counter({ name: 'export_rows_total', help: 'Rows written to files of exports.', labelNames: ['source', 'format'] });

type Handle = JobHandler<typeof writeExport>;
type Run = Parameters<Handle>[1];
type ExportedFile = DataExport['files'][number];

interface Written {
  readonly files: ExportedFile[];
  readonly manifest: { readonly sha256: string; readonly sizeBytes: number };
}

@Injectable() // writes the files of an export; an attempt that is interrupted begins again, and equal files are stored once
export class ExportJob {
  constructor(
    private readonly database: Database,
    private readonly exports: ExportStore,
    private readonly sources: ExportSources,
    private readonly partitions: Partitions,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  readonly run: Handle = async ({ exportId }, run) => {
    const row = await this.exports.find(exportId, run.ownerId);
    if (!row) throw deleted();
    const service = serviceOf[row.source];
    const gathered = service && (await this.gather(row, service, run));
    if (gathered && 'waitMs' in gathered) return run.defer({ phase: 'waiting', atMostMs: gathered.waitMs });
    const partition = gathered?.partitions.find(({ noun }) => noun === row.source);
    const written = await this.writeHeld(row, partition, run);
    const rowCount = written.files.reduce((sum, file) => sum + file.rowCount, 0);
    return run.complete({ exportId, rowCount }, async (tx) => {
      if (!(await ExportStore.finish(tx, row, { ...written, rowCount }))) throw deleted();
      exported.inc({ source: row.source, format: row.format }, rowCount);
    });
  };

  private gather(row: ExportRow, service: PartitionService, run: Run): Promise<Gathered> {
    return this.partitions.gather({
      ownerId: run.ownerId,
      nouns: { [service]: [row.source] },
      jobs: row.partitionJobId === null ? {} : { [service]: row.partitionJobId },
      remember: (tx, jobs) => ExportStore.setPartitionJob(tx, row.id, jobs[service] ?? null),
      context: run.context,
      subject: { exportId: row.id },
    });
  }

  /** Every file is held as it is written; a failure lets all of them go. */
  private async writeHeld(row: ExportRow, partition: ExportPartition | undefined, run: Run): Promise<Written> {
    if (!(await this.database.transaction((tx) => ExportStore.begin(tx, row)))) throw deleted();
    try {
      if (partition) await this.hold(row, { sha256: partition.sha256, sizeBytes: 0 });
      // The rows of other services are read from files: no transaction waits idle for them.
      const written = partition
        ? await this.write(this.sources.openPartition(row.source as 'tracks', partition), row, run)
        : await this.database.transaction(async (tx) => this.write(await this.sources.open(tx, row), row, run));
      await this.requireStored(written);
      return written;
    } catch (error) {
      await this.exports.abandon(row, run.signal.aborted);
      throw error;
    }
  }

  private async hold(row: ExportRow, file: HeldFile): Promise<void> {
    const held = await withSecondConnection(() => this.database.transaction((tx) => ExportStore.hold(tx, row, file)));
    if (!held) throw deleted();
  }

  /** A sweep may have looked between the writing of a file and its reference. @throws Failure `service-unavailable` */
  private async requireStored({ files, manifest }: Written): Promise<void> {
    for (const { sha256 } of [...files, manifest])
      if (!(await this.blobs.stat(sha256)))
        throw new Failure('service-unavailable', 'A file of the export was swept while it was written.', { retryAfterSeconds: 1 });
  }

  private async write(source: OpenedSource, row: ExportRow, run: Run): Promise<Written> {
    const { format, compression, options } = row;
    const rowsPerFile = Math.max(options.rowsPerFile, Math.ceil(source.expected / (maxFiles / 2)));
    const cutter = new FileCutter(source.batches, { format, compression, ...options, rowsPerFile }, source.form);
    const files: ExportedFile[] = [];
    let rowCount = 0;
    const counted = async function* (bytes: AsyncIterable<Uint8Array>) {
      for await (const piece of bytes) {
        run.progress('writing', Math.min(99, Math.floor((100 * (rowCount + cutter.rowCount)) / Math.max(1, source.expected))));
        yield piece;
      }
    };
    const limits = { maxBytes: maxFileBytes, signal: run.signal };
    while (await cutter.hasMore()) {
      if (files.length >= maxFiles)
        throw new Failure('service-unavailable', 'The rows grow while they are written.', { retryAfterSeconds: 5 });
      const { sha256, sizeBytes } = await this.blobs.write(compressed(counted(cutter.file()), compression), limits);
      await this.hold(row, { sha256, sizeBytes });
      rowCount += cutter.rowCount;
      files.push({ number: files.length, fileName: fileNameOf(row, files.length), rowCount: cutter.rowCount, sizeBytes, sha256 });
    }
    const text = manifestOf(row, source.form.columns, files);
    const manifest = await this.blobs.write(Readable.from([Buffer.from(text)], { objectMode: false }), limits);
    await this.hold(row, manifest);
    return { files, manifest: { sha256: manifest.sha256, sizeBytes: manifest.sizeBytes } };
  }
}

const deleted = () => new Failure('export-not-found', 'The export was deleted: there is nothing to write.');
