import { Injectable } from '@nestjs/common';
import { type InputOf, type Job, profileService, takeProfile } from '#contracts';
import { Bus, Database, type JobHandler, JobStore, Profiler, requireCall, requireSubject } from '#platform';
import { BlobReferences, queryRows } from '#storage';

const keepDays = 7;
const holderOf = (profileId: string) => `gateway.profile:${profileId}` as const;

@Injectable() // profiles services, as jobs: this one by itself, others over the bus
export class Profiles {
  constructor(
    private readonly profiler: Profiler,
    private readonly bus: Bus,
    private readonly jobs: JobStore,
    private readonly database: Database,
  ) {}

  /** Lets files of old profiles go as well. */
  start(input: InputOf<typeof profileService>): Promise<Job> {
    const { requestId, traceparent } = requireCall();
    const subject = { service: input.service, type: input.type, seconds: String(input.seconds) };
    const order = { ownerId: requireSubject(), input, context: { requestId, traceparent }, subject };
    return this.database.transaction(async (tx) => {
      await queryRows(
        tx,
        `DELETE FROM blobs.reference WHERE holder LIKE 'gateway.profile:%' AND held_at < now() - make_interval(days => $1)`,
        [keepDays],
      );
      return this.jobs.enqueue(tx, profileService, order);
    });
  }

  readonly run: JobHandler<typeof profileService> = async ({ service, ...request }, run) => {
    run.progress('measuring', 0);
    const file = service === 'gateway' ? await this.profiler.take(request) : await this.bus.call(takeProfile[service], request);
    return run.complete({ ...file }, (tx) => BlobReferences.hold(tx, file.sha256, holderOf(run.jobId)));
  };

  /** Whether its file is kept. */
  async hasFile(profileId: string): Promise<boolean> {
    const held = await queryRows(this.database.source, 'SELECT 1 FROM blobs.reference WHERE holder = $1', [holderOf(profileId)]);
    return held.length > 0;
  }
}
