import { describe, expect, it } from '@jest/globals';
import { aboveFloor } from './speed-floor.ts';

const floor = { minBytesPerSecond: 100, windowMs: 1_000 };

/** @param sends [milliseconds of waiting, bytes] @param workMs processing time of the reader per chunk @returns the number of bytes passed */
async function transfer(sends: readonly (readonly [number, number])[], workMs = 0): Promise<number> {
  let nowMs = 0;
  let passedBytes = 0;
  async function* sender() {
    for (const [ms, bytes] of sends) {
      nowMs += ms;
      yield Buffer.alloc(bytes);
    }
  }
  for await (const piece of aboveFloor(sender(), floor, () => nowMs)) {
    passedBytes += piece.length;
    nowMs += workMs;
  }
  return passedBytes;
}

describe('aboveFloor', () => {
  it('aborts a slow transfer', async () => {
    await expect(transfer(Array.from({ length: 100 }, () => [50, 1]))).rejects.toMatchObject({ code: 'remote-unreachable' });
  });
  it('aborts a transfer that becomes slow', async () => {
    await expect(transfer([[10, 100_000], ...Array.from({ length: 40 }, () => [500, 10] as const)])).rejects.toMatchObject({
      message: 'The server sends fewer than 100 bytes per second.',
    });
  });
  it('passes a transfer at the minimum rate', async () => {
    expect(await transfer(Array.from({ length: 50 }, () => [500, 50]))).toBe(2_500);
  });
  it('does not count the time of a slow reader', async () => {
    expect(
      await transfer(
        Array.from({ length: 50 }, () => [1, 1]),
        10_000,
      ),
    ).toBe(50);
  });
});
