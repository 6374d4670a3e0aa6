import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
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
import { type JobContext, JobStore } from '#platform';

/** Kinds of jobs that write rows of other services, and what they write. */
export const partitionKinds = { audio: audioExportPartition, video: videoExportPartition, gateway: gatewayExportPartition } as const;
export type PartitionService = keyof typeof partitionKinds;

export interface PartitionOrder {
  readonly ownerId: string;
  readonly nouns: readonly string[];
  readonly context: JobContext;
  readonly subject: Readonly<Record<string, string>>;
}

@Injectable() // asks other services for an owner's rows, and reads what they have written
export class Partitions {
  constructor(private readonly jobs: JobStore) {}

  /** @returns the job that writes them */
  async request(tx: EntityManager, service: PartitionService, { ownerId, nouns, context, subject }: PartitionOrder): Promise<string> {
    const kind: JobKind = partitionKinds[service];
    return (await this.jobs.enqueue(tx, kind, { ownerId, input: { nouns }, context, subject })).id;
  }

  /**
   * @returns `working` while the job has not ended, `missing` when nobody knows it any more
   * @throws Failure the job's own; `cancelled`
   */
  async read(jobId: string, ownerId: string): Promise<readonly ExportPartition[] | 'working' | 'missing'> {
    const job = (await this.jobs.findMany([jobId], ownerId)).get(jobId);
    if (!job) return 'missing';
    if (job.state === 'succeeded') return (job.result as OutputOf<typeof audioExportPartition>).partitions;
    if (job.state === 'queued' || job.state === 'running') return 'working';
    const { code, message } = job.reason ?? { code: 'internal', message: 'The rows could not be written.' };
    throw Failure.fromWire({ code: code as FailureCode, message });
  }
}
