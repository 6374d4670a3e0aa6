/** V8 settings for the garbage collection of services. */
import { executionAsyncResource } from 'node:async_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Disables allocation-site pretenuring. V8 allocates objects of sites whose objects survived directly in the old generation. The first slow requests of
 * a service mislead it: objects of a request are allocated in the old generation, die soon after, and keep everything that they reference alive through
 * minor collections. Measured: collections of 8 ms instead of 1 ms, ten times a second, in about two of three processes.
 */
export const disablePretenuring = (): void => setFlagsFromString('--no-allocation-site-pretenuring');

/** Keeps a hidden class alive. */
const samples: object[] = [];

/**
 * Keeps one entry of Node's `process.nextTick` queue alive. After a few idle seconds V8 collects hidden classes without instances, among them the one of
 * these entries. When it is created again, its entries stay on a slow path: 6% of the gateway's CPU time under load after an idle phase.
 */
export const retainTickObjectMap = (): void => process.nextTick(() => samples.push(executionAsyncResource()));

/** V8's default of `--bytecode-old-age`: collections after which a function that was not called loses its compiled form. */
const defaultOldAge = 6;

/**
 * Gives back what loading the modules needed. Loading fills a young generation of up to 128 MB, which V8 keeps for a process that rests: idle services had
 * 60 to 120 MB more than they used (`npm run bench -- operate memory`). What only the start ran is dropped with it, and compiled again should it run once
 * more. Takes about a fifth of a second, so it is called before the first request.
 */
export function releaseStartMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NonNullable<typeof globalThis.gc>;
  setFlagsFromString('--no-expose-gc');
  for (const flag of ['--bytecode-old-age=1', '--flush-baseline-code']) setFlagsFromString(flag);
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  for (const flag of [`--bytecode-old-age=${defaultOldAge}`, '--no-flush-baseline-code']) setFlagsFromString(flag);
}
