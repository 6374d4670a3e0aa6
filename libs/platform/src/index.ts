/** What every service needs to stand up: start, configuration, bus, jobs, probes, metrics, logs. */

export { durationBuckets } from './bus/bus.metrics.ts';
export { Bus, type CallOptions } from './bus/bus.ts';
export { Handles } from './bus/handles.decorator.ts';
export { NatsLink } from './bus/nats-link.ts';
export { currentCall, identifyCall, nextSpan, openCall, requireCall, requireSubject, runInCall } from './calls/call-scope.ts';
export { type PlatformConfig, platformConfig, urlOf } from './config/platform-config.ts';
export { ConfigFault, readConfig } from './config/read-config.ts';
export { Database } from './database/database.ts';
export { hideCredentials, Log } from './logs/log.ts';
export { BLOBS, PlatformModule, type PlatformOptions, REDIS } from './platform.module.ts';
export { Dependencies, type Dependency } from './probes/dependencies.ts';
export { Lifecycle } from './probes/lifecycle.ts';
export { callOf } from './start/http-calls.ts';
export { type RunningService, runService, type ServiceOptions, startService } from './start/start-service.ts';
