import { Module } from '@nestjs/common';
import { checkAllBlobs } from '#contracts';
import { jobHandler } from '#platform';
import { IdentityModule } from '../identity/identity.module.ts';
import { JobsModule } from '../jobs/jobs.module.ts';
import { MAINTENANCE_CONFIG } from '../maintenance/maintenance.config.ts';
import { BlobCheck } from './blob-check.service.ts';
import { SystemController } from './system.controller.ts';
import { SystemHealthView } from './system-health.service.ts';
import { SystemMetricsFeed } from './system-metrics-feed.service.ts';

/** A check reads the whole store: one in a process, and one of an operator. */
const one = { from: MAINTENANCE_CONFIG, read: () => 1 };

/**
 * `/v1/status` for everybody, `/v1/system` for operators: how the system is, why, of what it consists, and how it is configured. Runs the job
 * `gateway.blob.check`.
 */
@Module({
  imports: [IdentityModule, JobsModule],
  controllers: [SystemController],
  providers: [SystemHealthView, SystemMetricsFeed, BlobCheck, jobHandler(checkAllBlobs, BlobCheck, { concurrency: one, maxPerOwner: one })],
})
export class SystemModule {}
