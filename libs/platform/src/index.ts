/** What every service needs to run: start, configuration, bus, jobs, probes, metrics, logs. */
import './start/node-version.ts'; // first: it checks the version before modules that an old Node cannot load

export { type AnnouncedTable, announceRows, stopAnnouncingRows } from './announcements/announce-rows.ts';
export { AgreedValues } from './bus/agreed-values.ts';
export { durationBuckets } from './bus/bus.metrics.ts';
export { Bus, type CallOptions } from './bus/bus.ts';
export { Handles } from './bus/handles.decorator.ts';
export { NatsLink } from './bus/nats-link.ts';
export { derivedFrom, freezeReply, isFrozenReply, memoizePerReply } from './bus/presented-reply-memo.ts';
export { currentCall, identifyCall, nextSpan, openCall, requireCall, requireSubject, runInCall } from './calls/request-context.ts';
export { type PlatformConfig, platformConfig, urlOf } from './config/platform-config.ts';
export { ConfigError, readConfig } from './config/read-config.ts';
export { Database } from './database/database.ts';
export type { Capability, CapabilityProbe } from './describe/capabilities.ts';
export type { SelfTest } from './describe/health-checks.ts';
export { type PageReader, type PartitionOptions, writePartitions } from './exports/write-partitions.ts';
export { capability, type FeatureOptions, healthCheck, type JobOptions, jobHandler, type ProvidedNumber } from './features.ts';
export { type DeadLetter, DeadLetters } from './jobs/dead-letters.ts';
export { type JobFilter, JobStore, type NewJob } from './jobs/job.store.ts';
export { JobEngine, type JobEngineOptions } from './jobs/job-engine.ts';
export { type JobChanged, JobFeed } from './jobs/job-feed.ts';
export type { CommitRows, Completion, JobContext, JobHandler, JobRun } from './jobs/job-run.ts';
export { jobsMigrations } from './jobs/jobs.migrations.ts';
export { hideCredentials, Log } from './logs/log.ts';
export { PlatformModule } from './platform.module.ts';
export { BLOBS, CACHE, type PlatformOptions, REDIS, version } from './platform.options.ts';
export { Dependencies, type Dependency } from './probes/dependencies.ts';
export { Lifecycle } from './probes/lifecycle.ts';
export { Profiler } from './profiles/profiler.service.ts';
export { callOf, routeOf } from './start/request-context.hook.ts';
export { type RunningService, runService, type ServiceOptions, startService } from './start/start-service.ts';
export { usageMigrations } from './usage/usage.migrations.ts';
export { usage } from './usage/usage.ts';
