import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { keepGoing, Wake } from './keep-going.ts';

const never = new AbortController().signal;
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('Wake', () => {
  it('rests for its time', async () => {
    const rest = new Wake().rest(60_000, never);
    jest.advanceTimersByTime(60_000);
    await rest;
  });
  it('is woken by a ring', async () => {
    const wake = new Wake();
    const rest = wake.rest(60_000, never);
    wake.ring();
    await rest;
    expect(jest.getTimerCount()).toBe(0);
  });
  it('remembers one ring, however often it rang, from before it rested', async () => {
    const wake = new Wake();
    wake.ring();
    wake.ring();
    await wake.rest(60_000, never);
    const second = wake.rest(60_000, never);
    expect(jest.getTimerCount()).toBe(1);
    jest.runAllTimers();
    await second;
  });
  it('is woken by an abort', async () => {
    const stop = new AbortController();
    const rest = new Wake().rest(60_000, stop.signal);
    stop.abort();
    await rest;
    await new Wake().rest(60_000, stop.signal);
  });
});

describe('keepGoing', () => {
  it('goes on after failures, and says once that it cannot and once that it can again', async () => {
    jest.useRealTimers();
    const said: string[] = [];
    const say = (_: unknown, message: string) => void said.push(message);
    const stop = new AbortController();
    let steps = 0;
    const step = async () => {
      if (++steps <= 3) throw new Error('not yet');
      stop.abort();
      return 0;
    };
    await keepGoing({ purpose: 'count', log: { info: say, warn: say, error: say }, signal: stop.signal, wake: new Wake(), step });
    expect(said).toEqual(['cannot count; trying again', 'can count again']);
  });
});
