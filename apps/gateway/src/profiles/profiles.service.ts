import { Injectable } from '@nestjs/common';
import { type InputOf, type Job, profileService, takeProfile } from '#contracts';
import { Bus, type JobHandler, Profiler } from '#platform';
import { BlobReferences } from '#storage';
import { WorkFiles } from '../jobs/work-files.service.ts';
import { profileWork } from './profile-resource.ts';

@Injectable() // profiles services, as jobs: this one by itself, others over the bus
export class Profiles {
  constructor(
    private readonly profiler: Profiler,
    private readonly bus: Bus,
    private readonly files: WorkFiles,
  ) {}

  start(input: InputOf<typeof profileService>): Promise<Job> {
    return this.files.start(profileWork, input, { service: input.service, type: input.type, seconds: String(input.seconds) });
  }

  readonly run: JobHandler<typeof profileService> = async ({ service, ...request }, run) => {
    run.progress('measuring', 0);
    const file = service === 'gateway' ? await this.profiler.take(request) : await this.bus.call(takeProfile[service], request);
    return run.complete({ ...file }, (tx) => BlobReferences.hold(tx, file.sha256, `gateway.profile:${run.jobId}`));
  };
}
