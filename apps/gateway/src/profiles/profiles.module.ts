import { Module } from '@nestjs/common';
import { profileService } from '#contracts';
import { jobHandler } from '#platform';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { JobsModule } from '../jobs/jobs.module.ts';
import { MAINTENANCE_CONFIG } from '../maintenance/maintenance.config.ts';
import { ProfilesController } from './profiles.controller.ts';
import { Profiles } from './profiles.service.ts';

const one = { from: MAINTENANCE_CONFIG, read: () => 1 };

/** Profiles of running services for operators (`/v1/operators/profiles`). Runs the job `gateway.service.profile`. */
@Module({
  imports: [DownloadsModule, JobsModule],
  controllers: [ProfilesController],
  providers: [Profiles, jobHandler(profileService, Profiles, { concurrency: one, maxPerOwner: one })],
})
export class ProfilesModule {}
