import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DeadlineQueue } from './deadline-queue.ts';

const never = () => new Promise<never>(() => {});
const as = <T>(value: T) => value;

describe('deadlines', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('hands on what comes in time, good or bad', async () => {
    const deadlines = new DeadlineQueue(1_000, Date.now);
    await expect(deadlines.within(Promise.resolve(1), (n) => n + 1)).resolves.toBe(2);
    await expect(deadlines.within(Promise.reject(new Error('broke')), as)).rejects.toThrow('broke');
  });

  it('hands on what goes wrong in reading', async () => {
    const unreadable = () => {
      throw new Error('does not fit');
    };
    await expect(new DeadlineQueue(1_000, Date.now).within(Promise.resolve(1), unreadable)).rejects.toThrow('does not fit');
  });

  it('ends for each at his own time', async () => {
    const deadlines = new DeadlineQueue(1_000, Date.now);
    const ended: string[] = [];
    const wait = (name: string) => deadlines.within(never(), as).catch(({ code }) => ended.push(`${name} ${code}`));
    void wait('first');
    await jest.advanceTimersByTimeAsync(400);
    void wait('second');
    await jest.advanceTimersByTimeAsync(600);
    expect(ended).toEqual(['first deadline-exceeded']);
    await jest.advanceTimersByTimeAsync(399);
    expect(ended).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(ended).toEqual(['first deadline-exceeded', 'second deadline-exceeded']);
  });

  it('leaves no timer behind when nobody waits any more', async () => {
    const deadlines = new DeadlineQueue(1_000, Date.now);
    await deadlines.within(Promise.resolve(), as);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(jest.getTimerCount()).toBe(0);
  });
});
