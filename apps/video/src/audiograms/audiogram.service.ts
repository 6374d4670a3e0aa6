import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type createAudiogram, encodeAudiogram, type Job, type RequestOf } from '#contracts';
import { Database, JobStore, requireCall, requireSubject, usage } from '#platform';

@Injectable() // starts the job of an audiogram
export class AudiogramService {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobStore,
  ) {}

  /** @throws Failure `quota-exceeded` */
  create({ trackId, title, tags, metadata, externalId, ...source }: RequestOf<typeof createAudiogram>): Promise<{ job: Job }> {
    const ownerId = requireSubject();
    const { requestId, traceparent } = requireCall();
    const input = { ...source, targetId: randomUUID(), fields: { title, tags, metadata, externalId } };
    return this.database.transaction(async (tx) => {
      await usage.admit(tx, ownerId, 'storageBytes', 1);
      const order = { ownerId, input, subject: { trackId }, context: { requestId, traceparent }, dedupeKey: trackId };
      const job = await this.jobs.enqueue(tx, encodeAudiogram, order);
      await usage.reserve(tx, { jobId: job.id, ownerId, meter: 'videoMinutes', amount: source.durationSeconds / 60 });
      return { job };
    });
  }
}
