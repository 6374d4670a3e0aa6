import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { readScorePart } from '#contracts';
import { Database, type JobHandler, usage } from '#platform';
import { BlobReferences, queryRows } from '#storage';

/** Followed by the id of the job. */
const holder = 'video.score-part:';
/** A request that waits for parts has ended before. */
const longestUseMinutes = 10;

type Run = Parameters<JobHandler<typeof readScorePart>>[1];

@Injectable() // the columns of parts as blobs: they count as stored by the owner until the run that asked for them has read them
export class PartStore {
  constructor(private readonly database: Database) {}

  /** In the transaction that ends the job. @throws Failure `quota-exceeded` */
  async hold(tx: EntityManager, { jobId, ownerId }: Run, { sha256, sizeBytes }: { sha256: string; sizeBytes: number }): Promise<void> {
    await BlobReferences.hold(tx, sha256, `${holder}${jobId}` as const);
    await usage.record(tx, ownerId, 'storageBytes', sizeBytes);
  }

  /** Those of these jobs that have a blob. */
  async release(jobIds: readonly string[]): Promise<void> {
    const blobs = `SELECT result->>'sha256' FROM jobs.job WHERE id = ANY($2::uuid[])`; // the primary key begins with it
    await this.giveBack(`r.holder = ANY($1::text[]) AND r.sha256 IN (${blobs})`, [jobIds.map((id) => `${holder}${id}`), jobIds]);
  }

  /** What runs have left behind that ended with their process. @returns the number of blobs */
  releaseAbandoned(): Promise<number> {
    return this.giveBack(`r.holder LIKE '${holder}%' AND r.held_at < now() - make_interval(mins => $1)`, [longestUseMinutes]);
  }

  /** @param which SQL condition on a reference `r` */
  private giveBack(which: string, parameters: readonly unknown[]): Promise<number> {
    return this.database.transaction(async (tx) => {
      const released = await queryRows<{ ownerId: string | null; sizeBytes: number }>(
        tx,
        `WITH gone AS (DELETE FROM blobs.reference r WHERE ${which} RETURNING r.holder)
         SELECT j.owner_id AS "ownerId", coalesce((j.result->>'sizeBytes')::float8, 0) AS "sizeBytes" FROM gone
         LEFT JOIN jobs.job j ON j.id = substr(gone.holder, ${holder.length + 1})::uuid ORDER BY j.owner_id`,
        parameters,
      );
      const bytesOf = new Map<string, number>();
      for (const { ownerId, sizeBytes } of released) if (ownerId) bytesOf.set(ownerId, (bytesOf.get(ownerId) ?? 0) + sizeBytes);
      for (const [ownerId, bytes] of bytesOf) await usage.record(tx, ownerId, 'storageBytes', -bytes); // jobs of an erased account are gone, and so is its usage
      return released.length;
    });
  }
}
