import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runBackgroundLoop, WakeSignal } from './background-loop.ts';

const never = new AbortController().signal;
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('WakeSignal', () => {
  it('waits for its time', async () => {
    const waiting = new WakeSignal().wait(60_000, never);
    jest.advanceTimersByTime(60_000);
    await waiting;
  });
  it('is woken by a notification', async () => {
    const wake = new WakeSignal();
    const waiting = wake.wait(60_000, never);
    wake.notify();
    await waiting;
    expect(jest.getTimerCount()).toBe(0);
  });
  it('counts the notifications before a wait as one', async () => {
    const wake = new WakeSignal();
    wake.notify();
    wake.notify();
    await wake.wait(60_000, never);
    const second = wake.wait(60_000, never);
    expect(jest.getTimerCount()).toBe(1);
    jest.runAllTimers();
    await second;
  });
  it('is woken by an abort', async () => {
    const stop = new AbortController();
    const waiting = new WakeSignal().wait(60_000, stop.signal);
    stop.abort();
    await waiting;
    await new WakeSignal().wait(60_000, stop.signal);
  });
});

describe('runBackgroundLoop', () => {
  it('goes on after failures, and logs the first failure and the recovery', async () => {
    jest.useRealTimers();
    const messages: string[] = [];
    const record = (_: unknown, message: string) => void messages.push(message);
    const stop = new AbortController();
    let steps = 0;
    const step = async () => {
      if (++steps <= 3) throw new Error('not yet');
      stop.abort();
      return 0;
    };
    await runBackgroundLoop({
      purpose: 'count',
      log: { info: record, warn: record },
      signal: stop.signal,
      wake: new WakeSignal(),
      step,
    });
    expect(messages).toEqual(['failed to count; retrying', 'recovered: count']);
  });
});
