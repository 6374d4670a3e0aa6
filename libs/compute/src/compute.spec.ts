import { afterEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { Failure } from '#contracts';
import { Compute, type ComputeOptions } from './compute.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';
import type { Mood } from './fixtures/moods.worker.ts';
import { task } from './task.ts';

const moods = task<Mood, unknown>('./fixtures/moods.worker', import.meta.url);
const closing: (() => Promise<void>)[] = [];

const start = (options: ComputeOptions = {}) => {
  const registry = new Registry();
  const compute = new Compute({ threads: 1, registry, ...options });
  closing.push(() => compute.close({ drainMs: 0 }));
  return { compute, registry };
};

/** A task that holds its thread until it is let go. */
const holdThread = (compute: Compute) => {
  const gate = new Int32Array(new SharedArrayBuffer(8));
  const done = compute.run(moods, { kind: 'wait', gate });
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
    expect(await start().compute.run(moods, { kind: 'echo', value: { a: [1, 2] } })).toEqual({ a: [1, 2] });
  });

  it('moves what it is told to move, and the result back', async () => {
    const samples = new Float32Array([1, 2, 3]);
    const result = await start().compute.run(moods, { kind: 'double', samples }, { transfer: [samples.buffer] });
    expect(result).toEqual({ samples: new Float32Array([2, 4, 6]) });
    expect(samples.length).toBe(0);
  });

  it('gives back a Failure as the Failure it was', async () => {
    const failure = await failureOf(start().compute.run(moods, { kind: 'fail' }));
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: 'media-undecodable', message: 'Not today.', retryAfterSeconds: 7 });
  });

  it('gives back any other error as it was thrown', async () => {
    expect(await failureOf(start().compute.run(moods, { kind: 'range' }))).toMatchObject({ name: 'RangeError', message: 'too short' });
  });

  it.each(['exit', 'throw-later'] as const)('survives a thread that dies (%s)', async (kind) => {
    const { compute } = start();
    expect(await failureOf(compute.run(moods, { kind }))).toMatchObject({ code: 'internal' });
    expect(await compute.run(moods, { kind: 'echo', value: 'alive' })).toBe('alive');
  });

  it('refuses with a time to come back when thread and queue are full', async () => {
    const { compute } = start({ maxQueue: 1 });
    const held = holdThread(compute);
    const queued = compute.run(moods, { kind: 'echo', value: 1 });
    const failure = await failureOf(compute.run(moods, { kind: 'echo', value: 2 }));
    expect(failure?.code).toBe('overloaded');
    expect(failure?.retryAfterSeconds).toBeGreaterThanOrEqual(1);
    held.letGo();
    expect(await Promise.all([held.done, queued])).toEqual(['released', 1]);
  });

  it('stops a task that spins when its caller gives up, and works on', async () => {
    const { compute } = start();
    const caller = new AbortController();
    const spinning = failureOf(compute.run(moods, { kind: 'spin' }, { signal: caller.signal }));
    setImmediate(() => caller.abort());
    expect(await spinning).toMatchObject({ code: 'cancelled' });
    expect(await compute.run(moods, { kind: 'echo', value: 'alive' })).toBe('alive');
  });

  it('stops a task at its deadline', async () => {
    expect(await failureOf(start().compute.run(moods, { kind: 'spin' }, { deadlineAtMs: Date.now() + 50 }))).toMatchObject({
      code: 'deadline-exceeded',
    });
  });

  it('does not start a task whose deadline has passed', async () => {
    const { compute } = start();
    expect(await failureOf(compute.run(moods, { kind: 'spin' }, { deadlineAtMs: Date.now() - 1 }))).toMatchObject({
      code: 'deadline-exceeded',
    });
    expect(compute.threads).toBe(0);
  });

  it('lets a waiting task leave the queue', async () => {
    const { compute } = start();
    const held = holdThread(compute);
    const caller = new AbortController();
    const waiting = failureOf(compute.run(moods, { kind: 'echo', value: 1 }, { signal: caller.signal }));
    caller.abort();
    expect(await waiting).toMatchObject({ code: 'cancelled' });
    held.letGo();
    expect(await held.done).toBe('released');
  });

  it('holds a core of the shared limiter while it runs', async () => {
    const limiter = new ConcurrencyLimiter({ cores: 1 });
    const { compute } = start({ threads: 2, limiter });
    const lease = await limiter.acquire({ cores: 1 });
    const waiting = compute.run(moods, { kind: 'echo', value: 'ran' });
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
    const last = compute.run(moods, { kind: 'echo', value: 'last' });
    await compute.close({ drainMs: 20_000 });
    expect(await last).toBe('last');
    expect(await failureOf(compute.run(moods, { kind: 'echo', value: 1 }))).toMatchObject({ code: 'service-unavailable' });
  });

  it('stops what does not end in time when it closes', async () => {
    const { compute } = start();
    const spinning = failureOf(compute.run(moods, { kind: 'spin' }));
    const waiting = failureOf(compute.run(moods, { kind: 'echo', value: 1 }));
    await compute.close({ drainMs: 0 });
    expect((await Promise.all([spinning, waiting])).map((failure) => failure?.code)).toEqual([
      'service-unavailable',
      'service-unavailable',
    ]);
    expect(compute.threads).toBe(0);
  });

  it('counts outcomes by the name of the task', async () => {
    const { compute, registry } = start();
    await compute.run(moods, { kind: 'echo', value: 1 });
    await failureOf(compute.run(moods, { kind: 'fail' }));
    await failureOf(compute.run(moods, { kind: 'exit' }));
    const text = await registry.metrics();
    for (const outcome of ['succeeded', 'failed', 'crashed'])
      expect(text).toContain(`compute_task_seconds_count{task="moods",outcome="${outcome}"} 1`);
    expect(text).toContain('compute_queue_depth 0');
  });
});
