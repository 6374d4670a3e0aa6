import { Injectable } from '@nestjs/common';
import type * as z from 'zod';
import type { Job, JobKind } from '#contracts';
import { Database, JobStore, requireCall, requireSubject } from '#platform';
import { queryRows } from '#storage';

const keptDays = 7;

export interface FileHolder {
  /** Of the references to the files, before the id of the job: `gateway.profile`. */
  readonly holder: string;
  readonly job: JobKind;
}

@Injectable() // jobs whose files are kept for seven days: starts them, and knows which files are still there
export class WorkFiles {
  constructor(
    private readonly jobs: JobStore,
    private readonly database: Database,
  ) {}

  /** Lets files of old jobs go as well. */
  start<K extends JobKind>(
    { holder, job }: FileHolder & { readonly job: K },
    input: z.input<K['input']>,
    subject: Readonly<Record<string, string>> = {},
  ): Promise<Job> {
    const { requestId, traceparent } = requireCall();
    const order = { ownerId: requireSubject(), input, context: { requestId, traceparent }, subject };
    return this.database.transaction(async (tx) => {
      await queryRows(tx, 'DELETE FROM blobs.reference WHERE holder LIKE $1 AND held_at < now() - make_interval(days => $2)', [
        `${holder}:%`,
        keptDays,
      ]);
      return this.jobs.enqueue(tx, job, order);
    });
  }

  /** Whether the files of a job are kept. */
  async areKept({ holder }: Pick<FileHolder, 'holder'>, jobId: string): Promise<boolean> {
    const held = await queryRows(this.database.source, 'SELECT 1 FROM blobs.reference WHERE holder = $1 LIMIT 1', [`${holder}:${jobId}`]);
    return held.length > 0;
  }
}
