/**
 * Entry point of every worker thread: loads the task's file (once per thread), calls it, and returns the outcome as data, because structured cloning
 * drops the fields of an error. Imports nothing heavy, so that threads start quickly.
 *
 * Typed arrays that are the result or one of its direct properties are transferred, not copied, when they span their whole buffer. So a task must not
 * keep the arrays that it returns.
 */
import type { WireFailure } from '#contracts';
import { runWithCpuAccount } from './cpu-account.ts';

export interface TaskCall {
  readonly url: string;
  readonly input: unknown;
}
export type TaskOutcome = { readonly value: unknown } | { readonly failure: WireFailure } | { readonly error: unknown };

/** CPU time of the thread while it ran the task (0 before Node 23.9, which cannot tell) and of the child processes that the task started. */
export type TimedOutcome = TaskOutcome & { readonly cpuSeconds: number };

type TaskFunction = (input: unknown) => unknown;

export default async function runTask({ url, input }: TaskCall): Promise<TimedOutcome> {
  const began = process.threadCpuUsage?.();
  let childSeconds = 0;
  const cpuSeconds = () => {
    const { user = 0, system = 0 } = process.threadCpuUsage?.(began) ?? {};
    return (user + system) / 1e6 + childSeconds;
  };
  try {
    const file = (await import(url)) as { default?: TaskFunction };
    if (typeof file.default !== 'function') throw new TypeError(`no function as default export in ${url}`);
    const { default: run } = file;
    const value = await runWithCpuAccount(
      (seconds) => (childSeconds += seconds),
      () => run(input),
    );
    return await moving({ value, cpuSeconds: cpuSeconds() }, ownBuffers(value));
  } catch (error) {
    return { ...(isFailure(error) ? { failure: error.toWire() } : { error }), cpuSeconds: cpuSeconds() };
  }
}

/** Checked by shape, not by class, so that the thread need not load the contracts library. */
const isFailure = (error: unknown): error is { toWire(): WireFailure } =>
  error instanceof Error && error.name === 'Failure' && 'toWire' in error && typeof error.toWire === 'function';

function ownBuffers(value: unknown): ArrayBuffer[] {
  if (typeof value !== 'object' || value === null) return [];
  const candidates: unknown[] = ArrayBuffer.isView(value) ? [value] : Object.values(value);
  const buffers = candidates.filter(spansItsBuffer).map((view) => view.buffer);
  return [...new Set(buffers)];
}

const spansItsBuffer = (value: unknown): value is ArrayBufferView<ArrayBuffer> =>
  ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer && value.byteLength > 0 && value.byteLength === value.buffer.byteLength;

/** Piscina transfers the buffers that a result names under its two symbols. */
async function moving(outcome: TimedOutcome, buffers: ArrayBuffer[]): Promise<TimedOutcome> {
  if (buffers.length === 0) return outcome;
  const { move, transferableSymbol, valueSymbol } = await import('piscina');
  return move({ [transferableSymbol]: buffers, [valueSymbol]: outcome } as never) as unknown as TimedOutcome;
}
