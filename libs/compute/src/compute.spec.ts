import { afterEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { Failure } from '#contracts';
import { Compute, type ComputeOptions } from './compute.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';
import type { ScriptedCall } from './fixtures/scripted.worker.ts';
import { task } from './task.ts';

const scripted = task<ScriptedCall, unknown>('./fixtures/scripted.worker', import.meta.url);
const closing: (() => Promise<void>)[] = [];

const start = (options: ComputeOptions = {}) => {
  const registry = new Registry();
  const compute = new Compute({ threads: 1, registry, ...options });
  closing.push(() => compute.close({ drainMs: 0 }));
  return { compute, registry };
};

/** A task that blocks its thread until `letGo`. */
const holdThread = (compute: Compute) => {
  const gate = new Int32Array(new SharedArrayBuffer(8));
  const done = compute.run(scripted, { kind: 'wait', gate });
  const letGo = () => {
    Atomics.store(gate, 1, 1);
    Atomics.notify(gate, 1);
  };
  const started = () => Promise.resolve(Atomics.waitAsync(gate, 0, 0).value);
  return { done, letGo, started };
};

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as Failure,
  );

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('Compute', () => {
  it('runs a TypeScript worker file as it stands', async () => {
    expect(await start().compute.run(scripted, { kind: 'echo', value: { a: [1, 2] } })).toEqual({ a: [1, 2] });
  });

  it('transfers the listed buffers, and those of the result back', async () => {
    const samples = new Float32Array([1, 2, 3]);
    const result = await start().compute.run(scripted, { kind: 'double', samples }, { transfer: [samples.buffer] });
    expect(result).toEqual({ samples: new Float32Array([2, 4, 6]) });
    expect(samples.length).toBe(0);
  });

  it('throws a Failure of the task as the same Failure', async () => {
    const failure = await failureOf(start().compute.run(scripted, { kind: 'fail' }));
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: 'media-undecodable', message: 'Not today.', retryAfterSeconds: 7 });
  });

  it('throws any other error of the task as a copy', async () => {
    expect(await failureOf(start().compute.run(scripted, { kind: 'range' }))).toMatchObject({ name: 'RangeError', message: 'too short' });
  });

  it.each(['exit', 'throw-later'] as const)('survives a thread that crashes (%s)', async (kind) => {
    const { compute } = start();
    expect(await failureOf(compute.run(scripted, { kind }))).toMatchObject({ code: 'internal' });
    expect(await compute.run(scripted, { kind: 'echo', value: 'alive' })).toBe('alive');
  });

  it('ends a thread alone whose heap grows over its limit', async () => {
    const { compute } = start({ memoryMb: 32 });
    expect(await failureOf(compute.run(scripted, { kind: 'hoard' }))).toMatchObject({ code: 'internal' });
    expect(await compute.run(scripted, { kind: 'echo', value: 'alive' })).toBe('alive');
  });

  it('refuses with a retry-after time when threads and queue are full', async () => {
    const { compute } = start({ maxQueue: 1 });
    const held = holdThread(compute);
    const queued = compute.run(scripted, { kind: 'echo', value: 1 });
    const failure = await failureOf(compute.run(scripted, { kind: 'echo', value: 2 }));
    expect(failure?.code).toBe('overloaded');
    expect(failure?.retryAfterSeconds).toBeGreaterThanOrEqual(1);
    held.letGo();
    expect(await Promise.all([held.done, queued])).toEqual(['released', 1]);
  });

  it('stops a busy task when its caller cancels, and runs the next one', async () => {
    const { compute } = start();
    const caller = new AbortController();
    const spinning = failureOf(compute.run(scripted, { kind: 'spin' }, { signal: caller.signal }));
    setImmediate(() => caller.abort());
    expect(await spinning).toMatchObject({ code: 'cancelled' });
    expect(await compute.run(scripted, { kind: 'echo', value: 'alive' })).toBe('alive');
  });

  it('stops a task at its deadline', async () => {
    expect(await failureOf(start().compute.run(scripted, { kind: 'spin' }, { deadlineAtMs: Date.now() + 50 }))).toMatchObject({
      code: 'deadline-exceeded',
    });
  });

  it('does not start a task whose deadline has passed', async () => {
    const { compute } = start();
    expect(await failureOf(compute.run(scripted, { kind: 'spin' }, { deadlineAtMs: Date.now() - 1 }))).toMatchObject({
      code: 'deadline-exceeded',
    });
    expect(compute.threads).toBe(0);
  });

  it('removes a cancelled task from the queue', async () => {
    const { compute } = start();
    const held = holdThread(compute);
    const caller = new AbortController();
    const waiting = failureOf(compute.run(scripted, { kind: 'echo', value: 1 }, { signal: caller.signal }));
    caller.abort();
    expect(await waiting).toMatchObject({ code: 'cancelled' });
    held.letGo();
    expect(await held.done).toBe('released');
  });

  it('holds a core of the shared limiter while it runs', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 1 });
    const { compute } = start({ threads: 2, limiter });
    const lease = await limiter.acquire({ cores: 1 });
    const waiting = compute.run(scripted, { kind: 'echo', value: 'ran' });
    expect([compute.running, compute.queued]).toEqual([0, 1]);
    lease.release();
    expect(await waiting).toBe('ran');
    expect(limiter.usedCores).toBe(0);
  });

  it('keeps the event loop of its owner free', async () => {
    const { compute } = start();
    const held = holdThread(compute);
    await held.started();
    await new Promise((resolve) => setImmediate(resolve));
    expect(compute.running).toBe(1);
    held.letGo();
    await held.done;
  });

  it('finishes what is in flight when it closes, then refuses', async () => {
    const { compute } = start();
    const last = compute.run(scripted, { kind: 'echo', value: 'last' });
    await compute.close({ drainMs: 20_000 });
    expect(await last).toBe('last');
    expect(await failureOf(compute.run(scripted, { kind: 'echo', value: 1 }))).toMatchObject({ code: 'service-unavailable' });
  });

  it('stops what does not end in time when it closes', async () => {
    const { compute } = start();
    const spinning = failureOf(compute.run(scripted, { kind: 'spin' }));
    const waiting = failureOf(compute.run(scripted, { kind: 'echo', value: 1 }));
    await compute.close({ drainMs: 0 });
    expect((await Promise.all([spinning, waiting])).map((failure) => failure?.code)).toEqual([
      'service-unavailable',
      'service-unavailable',
    ]);
    expect(compute.threads).toBe(0);
  });

  it('counts outcomes by the name of the task', async () => {
    const { compute, registry } = start();
    await compute.run(scripted, { kind: 'echo', value: 1 });
    await failureOf(compute.run(scripted, { kind: 'fail' }));
    await failureOf(compute.run(scripted, { kind: 'exit' }));
    const text = await registry.metrics();
    for (const outcome of ['succeeded', 'failed', 'crashed'])
      expect(text).toContain(`compute_task_seconds_count{task="scripted",outcome="${outcome}"} 1`);
    expect(text).toContain('compute_queue_depth 0');
  });
});
