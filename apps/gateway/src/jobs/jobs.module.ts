import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.ts';
import { DeadLettersController } from './dead-letters.controller.ts';
import { EVENT_STREAM_OPTIONS, JobWatch } from './job-watch.service.ts';
import { JOBS_CONFIG, type JobsConfig } from './jobs.config.ts';
import { JobsController } from './jobs.controller.ts';
import { ListenerLimit } from './listener-limit.ts';

/** What a listener that does not read may leave lying here. */
const bufferMaxBytes = 64 * 1_024;

const eventStreamOptions = ({ GATEWAY_EVENT_HEARTBEAT_MS: heartbeatMs }: JobsConfig) => ({ heartbeatMs, bufferMaxBytes });
const listenerLimit = (config: JobsConfig) =>
  new ListenerLimit({ perOwner: config.GATEWAY_EVENT_STREAMS_PER_USER, altogether: config.GATEWAY_EVENT_STREAMS });

/**
 * Room: gateway / jobs. What became of the work I asked for?
 * Door: /v1/jobs, /v1/jobs/{id}/events (SSE), /v1/operators/dead-letters. Leans on: the platform's JobStore, JobFeed and DeadLetters.
 */
@Module({
  imports: [IdentityModule],
  controllers: [JobsController, DeadLettersController],
  providers: [
    JobWatch,
    { provide: EVENT_STREAM_OPTIONS, useFactory: eventStreamOptions, inject: [JOBS_CONFIG] },
    { provide: ListenerLimit, useFactory: listenerLimit, inject: [JOBS_CONFIG] },
  ],
  exports: [JobWatch],
})
export class JobsModule {}
