import { Injectable } from '@nestjs/common';
import { Failure, type InputOf, type Job, type OutputOf, profileService, takeProfile } from '#contracts';
import { Bus, Database, type JobHandler, JobStore, Profiler, requireCall, requireSubject } from '#platform';
import { BlobReferences, queryRows } from '#storage';

const keepDays = 7;

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
    const order = { ownerId: requireSubject(), input, context: { requestId, traceparent }, subject: { service: input.service } };
    return this.database.transaction(async (tx) => {
      await queryRows(
        tx,
        `DELETE FROM blobs.reference WHERE holder LIKE 'gateway.profile:%' AND held_at < now() - make_interval(days => $1)`,
        [keepDays],
      );
      return this.jobs.enqueue(tx, profileService, order);
    });
  }

  readonly run: JobHandler<typeof profileService> = async ({ service, kind, seconds }, run) => {
    run.progress('measuring', 0);
    const request = { kind, seconds };
    const file = service === 'gateway' ? await this.profiler.take(request) : await this.bus.call(takeProfile[service], request);
    return run.complete({ ...file }, (tx) => BlobReferences.hold(tx, file.sha256, `gateway.profile:${run.jobId}`));
  };

  /** @throws Failure job-not-found for a job that is no finished profile of the caller */
  async file(jobId: string): Promise<OutputOf<typeof profileService>> {
    const { kind, state, result } = await this.jobs.get(jobId, requireSubject());
    if (kind === profileService.name && state === 'succeeded') return profileService.output.parse(result);
    throw new Failure('job-not-found', `There is no finished profile ${jobId}.`);
  }
}
