import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import {
  accountExportDays,
  audioNouns,
  type ExportPartition,
  expireAccountExport,
  Failure,
  gatewayNouns,
  videoNouns,
  type writeAccountExport,
} from '#contracts';
import { BLOBS, Database, type JobHandler, JobStore } from '#platform';
import type { BlobStore } from '#storage';
import { type Gathered, type PartitionService, Partitions } from '../exports/partitions.service.ts';
import { notFound } from './account-export.service.ts';
import { type AccountExportRow, AccountExportStore, type WrittenArchive } from './account-export.store.ts';
import { ArchiveEntries } from './archive-entries.service.ts';
import { zip } from './zip.ts';

const maxBytes = 1_024 ** 4;
const dayMs = 86_400_000;

const nounsOf = { gateway: gatewayNouns, audio: audioNouns, video: videoNouns } as const satisfies Record<
  PartitionService,
  readonly string[]
>;

type Handle = JobHandler<typeof writeAccountExport>;
type Run = Parameters<Handle>[1];

@Injectable() // writes the archive of an owner; an attempt that is interrupted begins again
export class AccountExportJob {
  constructor(
    private readonly database: Database,
    private readonly exports: AccountExportStore,
    private readonly partitions: Partitions,
    private readonly entries: ArchiveEntries,
    private readonly jobs: JobStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  readonly run: Handle = async ({ accountExportId: id }, run) => {
    const row = await this.exports.find({ id, ownerId: run.ownerId });
    if (!row) throw notFound();
    const gathered = await this.gather(row, run);
    if ('waitMs' in gathered) return run.defer({ phase: 'waiting', atMostMs: gathered.waitMs });
    const archive = await this.writeHeld(id, gathered.partitions, run);
    return run.complete({ accountExportId: id, fileCount: archive.fileCount }, async (tx) => {
      if (!(await AccountExportStore.finish(tx, row, archive))) throw notFound();
      const input = { accountExportId: id };
      const order = { ownerId: run.ownerId, input, subject: input, context: run.context };
      await this.jobs.enqueue(tx, expireAccountExport, { ...order, delayMs: accountExportDays * dayMs });
    });
  };

  private gather({ id, partitionJobs }: AccountExportRow, run: Run): Promise<Gathered> {
    return this.partitions.gather({
      ownerId: run.ownerId,
      nouns: nounsOf,
      jobs: partitionJobs,
      remember: (tx, jobs) => AccountExportStore.setPartitionJobs(tx, id, jobs),
      context: run.context,
      subject: { accountExportId: id },
    });
  }

  /** The rows are held while the files are packed, which takes hours; a failure lets them go. */
  private async writeHeld(id: string, partitions: readonly ExportPartition[], run: Run): Promise<WrittenArchive> {
    await this.database.transaction((tx) => AccountExportStore.letGo(tx, id)); // what an interrupted attempt has held
    try {
      const archive = await this.write(id, partitions, run);
      await this.hold(id, [archive]);
      if (await this.blobs.stat(archive.sha256)) return archive;
      throw new Failure('service-unavailable', 'The archive was swept while it was written.', { retryAfterSeconds: 1 });
    } catch (error) {
      await this.database.transaction((tx) => AccountExportStore.letGo(tx, id, run.signal.aborted));
      throw error;
    }
  }

  private async hold(id: string, files: readonly { readonly sha256: string }[]): Promise<void> {
    const sha256s = files.map(({ sha256 }) => sha256);
    if (!(await this.database.transaction((tx) => AccountExportStore.hold(tx, id, sha256s)))) throw notFound();
  }

  private async write(id: string, partitions: readonly ExportPartition[], run: Run): Promise<WrittenArchive> {
    await this.hold(id, partitions);
    const own = await this.database.transaction((tx) => this.entries.storeRows(tx, run.ownerId, run.signal));
    await this.hold(id, own);
    const expected = partitions.reduce((sum, { rowCount }) => sum + rowCount, partitions.length + own.length);
    let fileCount = 0;
    const onEntry = () => run.progress('writing', Math.min(99, Math.floor((100 * fileCount++) / expected)));
    const bytes = zip(this.entries.of([...partitions, ...own], onEntry));
    const { sha256, sizeBytes } = await this.blobs.write(Readable.from(bytes, { objectMode: false }), { maxBytes, signal: run.signal });
    return { sha256, sizeBytes, fileCount };
  }
}

@Injectable() // deletes an archive when its time is over
export class ExpiryJob {
  constructor(private readonly database: Database) {}

  readonly run: JobHandler<typeof expireAccountExport> = async ({ accountExportId: id }, run) => {
    await this.database.transaction((tx) => AccountExportStore.remove(tx, { id, ownerId: run.ownerId }));
    return run.complete({ accountExportId: id });
  };
}
