import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { EventStream } from './event-stream.ts';

afterEach(() => {
  jest.useRealTimers();
});

const options = { heartbeatMs: 1_000, bufferMaxBytes: 100 };

async function* three(): AsyncGenerator<string> {
  yield 'one\n\n';
  yield 'two\n\n';
  yield 'three\n\n';
}

const waiting = (signal: AbortSignal): AsyncIterable<string> => ({
  [Symbol.asyncIterator]: () => ({
    next: () => new Promise((resolve) => signal.addEventListener('abort', () => resolve({ done: true, value: undefined }))),
  }),
});

describe('EventStream', () => {
  it('sends the retry delay and the events in order, and ends with its source', async () => {
    expect(await text(new EventStream(three, options))).toBe('retry: 2000\n\none\n\ntwo\n\nthree\n\n');
  });

  it('sends heartbeats while idle', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const stream = new EventStream(waiting, options);
    const seen: string[] = [];
    stream.on('data', (chunk) => seen.push(String(chunk)));
    await once(stream, 'data');
    jest.advanceTimersByTime(2_000);
    await new Promise(setImmediate);
    expect(seen.join('')).toBe('retry: 2000\n\n: still here\n\n: still here\n\n');
    stream.destroy();
  });

  it('aborts its source when the client disconnects', async () => {
    let signal: AbortSignal | undefined;
    const follow = (given: AbortSignal) => {
      signal = given;
      return waiting(given);
    };
    const stream = new EventStream(follow, options);
    stream.destroy();
    await once(stream, 'close');
    expect(signal?.aborted).toBe(true);
  });

  it('applies backpressure to its source', async () => {
    let taken = 0;
    async function* endless() {
      for (;;) yield `${++taken}`.padStart(20, ' ');
    }
    const stream = new EventStream(endless, options);
    stream.read(0);
    await new Promise(setImmediate);
    expect(taken).toBeLessThan(10);
    stream.destroy();
  });

  it('disconnects a client that reads nothing for two heartbeats', () => {
    jest.useFakeTimers();
    const stream = new EventStream(waiting, options);
    jest.advanceTimersByTime(1_500);
    expect(stream.destroyed).toBe(false);
    jest.advanceTimersByTime(1_000);
    expect(stream.destroyed).toBe(true);
  });

  it('is destroyed when its source fails', async () => {
    async function* failing(): AsyncGenerator<string> {
      yield 'one\n\n';
      throw new Error('the feed is gone');
    }
    await expect(text(new EventStream(failing, options))).rejects.toThrow('the feed is gone');
  });
});
