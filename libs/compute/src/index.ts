/** Worker threads, child processes, one concurrency limit for both, retries, and outbound HTTP. */

export type { AbortOptions } from './abort-reasons.ts';
export { runBackgroundLoop, WakeSignal } from './background-loop.ts';
export { type ComputeWork, taskChannel, toolChannel } from './channels.ts';
export { Compute } from './compute.ts';
export { watchLimiter } from './compute-metrics.ts';
export { ConcurrencyLimiter, type ResourceRequest } from './concurrency-limiter.ts';
export { runWithCpuAccount } from './cpu-account.ts';
export { atMostEntries } from './lru-bound.ts';
export { Outbound, type OutboundLimits, type OutboundRequest, type OutboundResponse } from './outbound/outbound.ts';
export { parseRetryAfter } from './outbound/retry-after-header.ts';
export { AsyncProcessor } from './processing/async-processor.ts';
export { BatchProcessor } from './processing/batch-processor.ts';
export { ParallelExecutor, parallelMap } from './processing/parallel-executor.ts';
export { type WorkProfile, workProfileNames, workProfiles } from './processing/work-profile.ts';
export { retry } from './retry.ts';
export { task } from './task.ts';
export * from './tools.ts';
export { isTransient } from './transient-errors.ts';
