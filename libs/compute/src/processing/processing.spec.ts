import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { Failure } from '#contracts';
import { ManualClock } from '../fixtures/manual-clock.ts';
import { AdaptiveTimeout } from './adaptive-timeout.ts';
import { AsyncProcessor, type AsyncProcessorOptions } from './async-processor.ts';
import { BatchProcessor } from './batch-processor.ts';
import { ParallelExecutor, parallelMap } from './parallel-executor.ts';
import { WorkerCount } from './worker-count.ts';

const busy = () => new Failure('overloaded', 'busy');
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function startProcessor(options: Partial<AsyncProcessorOptions<number, number>> = {}) {
  const clock = new ManualClock();
  const registry = new Registry();
  const ends: ((value: number) => void)[] = [];
  const work = () => new Promise<number>((resolve) => void ends.push(resolve));
  const processor = new AsyncProcessor<number, number>({ name: 'spec', work, clock, registry, ...options });
  return { clock, registry, ends, processor };
}

describe('AsyncProcessor', () => {
  it('works on more items at a time while others wait, and refuses what its queue has no room for', async () => {
    const { processor, ends } = startProcessor({ maxWorkers: 3, maxQueue: 2 });
    const results = Array.from({ length: 4 }, (_, item) => processor.process(item));
    await expect(processor.process(5)).rejects.toMatchObject({ code: 'overloaded' });
    expect(processor.statistics).toMatchObject({ running: 2, queueSize: 2, workers: 2 });
    ends[0]!(10);
    await turn();
    expect(processor.statistics).toMatchObject({ running: 3, queueSize: 0, workers: 3, processed: 1 });
    for (const end of ends) end(10);
    expect(await Promise.all(results)).toEqual([10, 10, 10, 10]);
  });

  it('gives the results of a batch in the order of its items, and takes items as results are taken', async () => {
    let taken = 0;
    const items = function* () {
      for (; taken < 50; ) yield taken++;
    };
    const work = async (item: number) => {
      await (item % 2 === 0 ? turn() : undefined);
      return 2 * item;
    };
    const { processor } = startProcessor({ work, maxWorkers: 4 });
    const results = processor.processBatch(items());
    expect([(await results.next()).value, (await results.next()).value, taken]).toEqual([0, 2, 5]);
    const rest = await listOf(results);
    expect(rest).toEqual(Array.from({ length: 48 }, (_, at) => 2 * (at + 2)));
    expect(processor.statistics).toMatchObject({ processed: 50, failed: 0, successRate: 1, queueSize: 0, running: 0 });
  });

  it('ends a batch with its first failure and stops what is under way', async () => {
    const stopped: number[] = [];
    const work = (item: number, signal: AbortSignal) =>
      new Promise<number>((resolve, reject) => {
        signal.addEventListener('abort', () => void stopped.push(item));
        if (item === 1) setImmediate(() => reject(new Error('one')));
        if (item === 0) resolve(0);
      });
    const { processor } = startProcessor({ work, maxWorkers: 4 });
    await expect(listOf(processor.processBatch([0, 1, 2, 3]))).rejects.toThrow('one');
    expect(stopped).toContain(2);
    expect(processor.statistics).toMatchObject({ running: 0, queueSize: 0 });
  });

  it('repeats what may succeed later, and counts an item that fails in the end once', async () => {
    let attempts = 0;
    const work = async (item: number) => {
      attempts++;
      if (item === 0 || attempts < 2) throw busy();
      return item;
    };
    const { processor, registry } = startProcessor({ work, retry: { attempts: 2, baseDelayMs: 0 }, clock: undefined as never });
    expect(await processor.process(7)).toBe(7);
    await expect(processor.process(0)).rejects.toMatchObject({ code: 'overloaded' });
    expect(attempts).toBe(4);
    expect(processor.statistics).toMatchObject({ processed: 1, failed: 1, successRate: 0.5 });
    expect(await registry.metrics()).toContain('processor_failed_items{processor="spec"} 1');
  });

  it('stops an attempt that takes too long, also work that does not listen', async () => {
    const { processor, clock } = startProcessor({ retry: { attempts: 1 } });
    const result = processor.process(1);
    const refused = expect(result).rejects.toMatchObject({ code: 'deadline-exceeded' });
    await turn();
    await clock.advance(60_000);
    await refused;
  });

  it('learns its time limit from what succeeds only', async () => {
    let isBroken = true;
    const work = async () => {
      if (isBroken) throw new Error('broken');
      return 1;
    };
    const { processor } = startProcessor({ work, retry: { attempts: 1 } });
    for (let at = 0; at < 30; at++) await processor.process(at).catch(() => undefined);
    expect(processor.statistics.timeoutMs).toBe(60_000);
    isBroken = false;
    for (let at = 0; at < 30; at++) await processor.process(at);
    expect(processor.statistics.timeoutMs).toBe(1);
  });

  it('lets an item that waits go when its signal aborts, and refuses all when it closes', async () => {
    const { processor } = startProcessor({ maxWorkers: 1 });
    const running = processor.process(1);
    const leaving = new AbortController();
    const waiting = [processor.process(2, { signal: leaving.signal }), processor.process(3)];
    const outcomes = Promise.allSettled([running, ...waiting]);
    leaving.abort();
    await turn();
    expect(processor.statistics.queueSize).toBe(1);
    processor.close();
    expect((await outcomes).map((outcome) => 'reason' in outcome && outcome.reason.code)).toEqual([
      'service-unavailable',
      'cancelled',
      'service-unavailable',
    ]);
    await expect(processor.process(4)).rejects.toMatchObject({ code: 'service-unavailable' });
  });
});

describe('the time limit of an attempt', () => {
  it('is a minute until enough is known, then three times the 99th percentile, 1 ms to a minute', () => {
    const timeout = new AdaptiveTimeout();
    for (let at = 0; at < 19; at++) timeout.observe(10);
    expect(timeout.limitMs).toBe(60_000);
    timeout.observe(10);
    expect(timeout.limitMs).toBe(30);
    for (let at = 0; at < 256; at++) timeout.observe(0.01);
    expect(timeout.limitMs).toBe(1);
    for (let at = 0; at < 256; at++) timeout.observe(50_000);
    expect(timeout.limitMs).toBe(60_000);
  });
});

describe('the number of workers', () => {
  it('grows while items wait, shrinks when most have nothing to do, and when each item becomes slower', () => {
    const workers = new WorkerCount(32);
    for (let at = 0; at < 100; at++) workers.observe(10, { waiting: 5, running: workers.limit });
    expect(workers.limit).toBe(32);
    for (let at = 0; at < 20; at++) workers.observe(100, { waiting: 5, running: workers.limit });
    expect(workers.limit).toBeLessThan(8);
    for (let at = 0; at < 100; at++) workers.observe(10, { waiting: 0, running: 1 });
    expect(workers.limit).toBeLessThanOrEqual(2);
  });

  it.each([0, 33, 1.5])('is not %d', (max) => expect(() => new WorkerCount(max)).toThrow('there are 1 to 32 workers'));
});

describe('BatchProcessor', () => {
  it('works on a hundred items at once, or on what came within two seconds', async () => {
    const clock = new ManualClock();
    const sizes: number[] = [];
    const batches = new BatchProcessor<number>({ work: async ({ length }) => void sizes.push(length), clock });
    const added = Array.from({ length: 130 }, (_, at) => batches.add(at));
    await clock.advance(1_999);
    expect(sizes).toEqual([100]);
    await clock.advance(1);
    await Promise.all(added);
    expect(sizes).toEqual([100, 30]);
  });

  it('repeats a batch that may succeed later', async () => {
    let attempts = 0;
    const work = async () => {
      if (++attempts === 1) throw busy();
    };
    const batches = new BatchProcessor<number>({ work, maxItems: 1, retry: { baseDelayMs: 0 } });
    await batches.add(1);
    expect(attempts).toBe(2);
  });
});

describe('lists that are worked on in parallel', () => {
  async function mostAtATime(executor: ParallelExecutor, kind: 'io' | 'cpu'): Promise<number> {
    let [running, most] = [0, 0];
    const work = async (item: number) => {
      most = Math.max(most, ++running);
      await turn();
      running--;
      return item;
    };
    const items = Array.from({ length: 40 }, (_, at) => at);
    expect(await executor.map(items, work, { kind })).toEqual(items);
    return most;
  }

  it('have a limit for each kind of work; computing has no more of it than there are cores', async () => {
    const executor = new ParallelExecutor({ io: 24, cpu: 8 }, 2);
    expect([await mostAtATime(executor, 'io'), await mostAtATime(executor, 'cpu')]).toEqual([24, 2]);
  });

  it('end with the first failure, after what was under way', async () => {
    const seen: number[] = [];
    const work = async (item: number) => {
      seen.push(item);
      if (item === 1) throw new Error('one');
      await turn();
      return item;
    };
    await expect(parallelMap([0, 1, 2, 3, 4, 5], work, { limit: 2 })).rejects.toThrow('one');
    expect(seen).toEqual([0, 1]);
  });
});
