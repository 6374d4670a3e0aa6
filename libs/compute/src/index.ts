/** How work is spent: worker threads, child processes, one budget for both, and the manners of calling what may fail. */
export { abortFailure, type Limits, type RunningLimits, startLimits } from './abort.ts';
export { Batcher, type BatcherOptions } from './batcher.ts';
export { type BreakerOptions, type BreakerState, breakerStates, CircuitBreaker } from './circuit-breaker.ts';
export { type Clock, systemClock } from './clock.ts';
export { Compute, type ComputeOptions, type RunOptions } from './compute.ts';
export { watchBudget } from './compute-metrics.ts';
export { CoreBudget, type CoreBudgetOptions, type Lease, type LeaseRequest } from './core-budget.ts';
export { isTheirFault, isTransient } from './faults.ts';
export { type FfmpegTools, ffmpegTools, type SafeInput, safeInputArgs, safeProbeArgs } from './ffmpeg.ts';
export { type FilterValue, filter, filterChain } from './ffmpeg-filter.ts';
export { audioCodecs, audioDecoders, audioDemuxers, pictureCodecs, videoCodecs, videoDecoders, videoDemuxers } from './ffmpeg-lists.ts';
export { LineTail } from './line-tail.ts';
export { type RetryPolicy, type RetryTools, retry } from './retry.ts';
export { expectSuccess, type RunToolOptions, runTool, type ToolResult } from './run-tool.ts';
export { type RunningTool, type SpawnToolOptions, spawnTool, type ToolExit, type ToolOptions } from './spawn-tool.ts';
export { type Task, task } from './task.ts';
export { type ToolEnd, ToolFailure } from './tool-failure.ts';
