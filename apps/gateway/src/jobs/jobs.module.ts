import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.ts';
import { DeadLettersController } from './dead-letters.controller.ts';
import { EVENT_STREAM_OPTIONS, JobWatch } from './job-watch.service.ts';
import { JOBS_CONFIG, type JobsConfig } from './jobs.config.ts';
import { JobsController } from './jobs.controller.ts';
import { ListenerLimit } from './listener-limit.ts';
import { WorkFiles } from './work-files.service.ts';
import { WorkResources } from './work-resources.service.ts';

/** Buffer limit for a client that does not read. */
const bufferMaxBytes = 64 * 1_024;

const eventStreamOptions = ({ GATEWAY_EVENT_HEARTBEAT_MS: heartbeatMs }: JobsConfig) => ({ heartbeatMs, bufferMaxBytes });
const listenerLimit = (config: JobsConfig) =>
  new ListenerLimit({ perOwner: config.GATEWAY_EVENT_STREAMS_PER_USER, altogether: config.GATEWAY_EVENT_STREAMS });

/** Jobs of the caller: status, events (SSE), cancel and retry (`/v1/jobs`), and dead letters for operators (`/v1/operators/dead-letters`). */
@Module({
  imports: [IdentityModule],
  controllers: [JobsController, DeadLettersController],
  providers: [
    JobWatch,
    WorkFiles,
    WorkResources,
    { provide: EVENT_STREAM_OPTIONS, useFactory: eventStreamOptions, inject: [JOBS_CONFIG] },
    { provide: ListenerLimit, useFactory: listenerLimit, inject: [JOBS_CONFIG] },
  ],
  exports: [JobWatch, WorkFiles, WorkResources, ListenerLimit, EVENT_STREAM_OPTIONS],
})
export class JobsModule {}
