import { beforeEach, describe, expect, it } from '@jest/globals';
import { HourlyUpkeep } from './hourly-upkeep.ts';

let nowMs = 0;
let calls = 0;
let logged: string[] = [];
let fault: Error | undefined;
let upkeep: HourlyUpkeep;
beforeEach(() => {
  [nowMs, calls, logged, fault] = [0, 0, [], undefined];
  upkeep = new HourlyUpkeep('spec.visit', { warn: (_, message) => void logged.push(message) }, () => nowMs);
});
const callsAt = async (atMs: number) => {
  nowMs = atMs;
  await upkeep.whenDue(async () => {
    calls++;
    if (fault) throw fault;
  });
  return calls;
};

describe('upkeep of a table', () => {
  it('is done at once and then every hour', async () =>
    expect([await callsAt(0), await callsAt(3_599_999), await callsAt(3_600_000)]).toEqual([1, 1, 2]));

  it('that had to wait for a lock for too long is logged and tried again after a minute', async () => {
    fault = Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
    expect([await callsAt(0), await callsAt(15_000), logged.length]).toEqual([1, 1, 1]);
    fault = undefined;
    expect([await callsAt(60_000), await callsAt(120_000), logged.length]).toEqual([2, 2, 1]);
  });

  it('that fails otherwise throws, and is not tried again at once either', async () => {
    fault = new Error('broken');
    await expect(callsAt(0)).rejects.toThrow('broken');
    expect([await callsAt(59_999), logged.length]).toEqual([1, 0]);
  });
});
