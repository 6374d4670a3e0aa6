import { Module } from '@nestjs/common';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import { IdentityModule } from '../identity/identity.module.ts';
import { DeadLettersController } from './dead-letters.controller.ts';
import { EVENT_STREAM_OPTIONS, JobWatch } from './job-watch.service.ts';
import { JobsController } from './jobs.controller.ts';
import { ListenerLimit } from './listener-limit.ts';

/** What a listener that does not read may leave lying here. */
const bufferMaxBytes = 64 * 1_024;

const eventStreamOptions = ({ GATEWAY_EVENT_HEARTBEAT_MS: heartbeatMs }: GatewayConfig) => ({ heartbeatMs, bufferMaxBytes });
const listenerLimit = (config: GatewayConfig) =>
  new ListenerLimit({ perOwner: config.GATEWAY_EVENT_STREAMS_PER_USER, altogether: config.GATEWAY_EVENT_STREAMS });

/** Jobs of the caller: status, events (SSE), cancel and retry (`/v1/jobs`), and dead letters for operators (`/v1/operators/dead-letters`). */
@Module({
  imports: [IdentityModule],
  controllers: [JobsController, DeadLettersController],
  providers: [
    JobWatch,
    { provide: EVENT_STREAM_OPTIONS, useFactory: eventStreamOptions, inject: [GATEWAY_CONFIG] },
    { provide: ListenerLimit, useFactory: listenerLimit, inject: [GATEWAY_CONFIG] },
  ],
  exports: [JobWatch],
})
export class JobsModule {}
