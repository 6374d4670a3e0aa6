/** Child processes alone, with the clock that limits them, for programs and worker threads that need nothing else of this library: `#compute/tools`. */
export { type Clock, systemClock } from './clock.ts';
export { setToolNiceness } from './resource-limits.ts';
export { expectSuccess, runTool } from './run-tool.ts';
export { type RunningTool, spawnTool, type ToolExit } from './spawn-tool.ts';
export { ToolFailure } from './tool-failure.ts';
