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

/** The job of a service has failed or was cancelled. */
class PartitionFailed extends Failure {}

@Injectable() // asks other services for an owner's rows, and reads what they have written
export class Partitions {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    private readonly executor: ParallelExecutor,
  ) {}

  /**
   * Asks every service once, and again where what it has written is not there any more. Where the job of one has failed, those of the others are cancelled:
   * nobody will read what they write.
   *
   * @returns undefined while one of them works
   * @throws Failure that of a service's job; `cancelled`
   */
  async gather(order: PartitionOrder): Promise<ExportPartition[] | undefined> {
    try {
      return await this.readAll(order);
    } catch (error) {
      if (error instanceof PartitionFailed) await this.cancel(Object.values(order.jobs), order.ownerId);
      throw error;
    }
  }

  /** Cancels those of the jobs that wait or run. */
  async cancel(jobIds: readonly string[], ownerId: string): Promise<void> {
    for (const id of jobIds) await this.jobs.cancelIfOpen(id, ownerId);
  }

  private async readAll(order: PartitionOrder): Promise<ExportPartition[] | undefined> {
    const all: ExportPartition[] = [];
    let jobs = order.jobs;
    let isWaiting = false;
    for (const service of Object.keys(order.nouns) as PartitionService[]) {
      const written = await this.read(jobs[service], order.ownerId);
      if (written === 'missing') jobs = await this.request(service, { ...order, jobs });
      if (typeof written === 'string') isWaiting = true;
      else all.push(...written);
    }
    return isWaiting ? undefined : all;
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

  private async read(jobId: string | undefined, ownerId: string): Promise<readonly ExportPartition[] | 'working' | 'missing'> {
    const job = jobId === undefined ? undefined : (await this.jobs.findMany([jobId], ownerId)).get(jobId);
    if (!job) return 'missing';
    if (job.state === 'succeeded') {
      const { partitions } = job.result as OutputOf<typeof audioExportPartition>;
      return (await this.areStored(partitions)) ? partitions : 'missing';
    }
    if (job.state === 'queued' || job.state === 'running') return 'working';
    const { code, message } = job.reason ?? { code: 'internal', message: 'The rows could not be written.' };
    throw new PartitionFailed(code as FailureCode, message);
  }

  private async areStored(partitions: readonly ExportPartition[]): Promise<boolean> {
    const found = await this.executor.map(partitions, ({ sha256 }) => this.blobs.stat(sha256), { kind: 'io' });
    return found.every((stat) => stat !== undefined);
  }
}
