import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ParallelExecutor } from '#compute';
import {
  audioExportPartition,
  type ExportPartition,
  Failure,
  type FailureCode,
  gatewayExportPartition,
  type JobKind,
  type OutputOf,
  videoExportPartition,
} from '#contracts';
import { BLOBS, Database, type JobContext, JobStore } from '#platform';
import type { BlobStore } from '#storage';

/** Kinds of jobs that write rows of other services, and what they write. */
export const partitionKinds = { audio: audioExportPartition, video: videoExportPartition, gateway: gatewayExportPartition } as const;
export type PartitionService = keyof typeof partitionKinds;

/** The job that writes the rows of each service. */
export type PartitionJobs = Readonly<Partial<Record<PartitionService, string>>>;

export interface PartitionOrder {
  readonly ownerId: string;
  /** What is wanted of each service. */
  readonly nouns: Readonly<Partial<Record<PartitionService, readonly string[]>>>;
  /** As `remember` has written them down. */
  readonly jobs: PartitionJobs;
  /** Writes down the jobs, in the transaction that starts one of them. */
  readonly remember: (tx: EntityManager, jobs: PartitionJobs) => Promise<void>;
  readonly context: JobContext;
  readonly subject: Readonly<Record<string, string>>;
}

/** The rows of all services; or, while one of them works, the time until somebody should ask again, in milliseconds. */
export type Gathered = { readonly partitions: readonly ExportPartition[] } | { readonly waitMs: number };

/** A job that is only queued cannot wake the one that waits for it, which looks again: later the longer it has waited. */
const minWaitMs = 1_000;
const maxWaitMs = 60_000;
const waitAfter = (ageMs: number): number => Math.min(maxWaitMs, Math.max(minWaitMs, Math.round(ageMs / 10)));
/** A job that is queued for longer belongs to a service that is not there. */
const absentAfterMs = 2 * 60 * 60_000;

@Injectable() // asks other services for an owner's rows, and reads what they have written
export class Partitions {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    private readonly executor: ParallelExecutor,
  ) {}

  /**
   * Asks every service once, and again where what it has written is not there any more. Where the job of one has ended without its rows, or no service
   * has taken it for hours, those of the others are cancelled, because nobody will read what they write, and all are forgotten: the next attempt asks anew.
   *
   * @throws Failure that of a service's job; `cancelled`; `service-unavailable` when a service is absent
   */
  async gather(order: PartitionOrder): Promise<Gathered> {
    const partitions: ExportPartition[] = [];
    let jobs = order.jobs;
    let waitMs = 0;
    for (const service of Object.keys(order.nouns) as PartitionService[]) {
      const written = await this.read(jobs[service], order.ownerId);
      if (written instanceof Failure) {
        await this.forget({ ...order, jobs });
        throw written;
      }
      if (written === 'missing') jobs = await this.request(service, { ...order, jobs });
      if (written === 'missing') waitMs = Math.max(waitMs, minWaitMs);
      else if ('waitMs' in written) waitMs = Math.max(waitMs, written.waitMs);
      else partitions.push(...written.partitions);
    }
    return waitMs > 0 ? { waitMs } : { partitions };
  }

  /** Cancels those of the jobs that wait or run. */
  async cancel(jobIds: readonly string[], ownerId: string): Promise<void> {
    for (const id of jobIds) await this.jobs.cancelIfOpen(id, ownerId);
  }

  private async forget({ ownerId, jobs, remember }: PartitionOrder): Promise<void> {
    await this.cancel(Object.values(jobs), ownerId);
    await this.database.transaction((tx) => remember(tx, {}));
  }

  private request(service: PartitionService, { ownerId, nouns, jobs, remember, context, subject }: PartitionOrder): Promise<PartitionJobs> {
    const kind: JobKind = partitionKinds[service];
    return this.database.transaction(async (tx) => {
      const { id } = await this.jobs.enqueue(tx, kind, { ownerId, input: { nouns: nouns[service] }, context, subject });
      const started = { ...jobs, [service]: id };
      await remember(tx, started);
      return started;
    });
  }

  /** @returns a failure where the job has ended without its rows, or nobody takes it */
  private async read(jobId: string | undefined, ownerId: string): Promise<Gathered | 'missing' | Failure> {
    const job = jobId === undefined ? undefined : (await this.jobs.findMany([jobId], ownerId)).get(jobId);
    if (!job) return 'missing';
    if (job.state === 'succeeded') {
      const { partitions } = job.result as OutputOf<typeof audioExportPartition>;
      return (await this.areStored(partitions)) ? { partitions } : 'missing';
    }
    const ageMs = Date.now() - Date.parse(job.createdAt);
    if (job.state === 'queued' && ageMs > absentAfterMs)
      return new Failure('service-unavailable', 'The service that writes these rows has not answered for hours.', {
        retryAfterSeconds: 60,
      });
    if (job.state === 'queued' || job.state === 'running') return { waitMs: waitAfter(ageMs) };
    const { code, message } = job.reason ?? { code: 'internal', message: 'The rows could not be written.' };
    return Failure.fromWire({ code: code as FailureCode, message });
  }

  private async areStored(partitions: readonly ExportPartition[]): Promise<boolean> {
    const found = await this.executor.map(partitions, ({ sha256 }) => this.blobs.stat(sha256), { kind: 'io' });
    return found.every((stat) => stat !== undefined);
  }
}
