import { describe, expect, it } from '@jest/globals';
import { aboveFloor } from './speed-floor.ts';

const floor = { minBytesPerSecond: 100, windowMs: 1_000 };

/** @param sends [milliseconds of waiting, bytes] @param workMs what the reader takes for each piece @returns the bytes that got through */
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
  it('ends a transfer that drips', async () => {
    await expect(transfer(Array.from({ length: 100 }, () => [50, 1]))).rejects.toMatchObject({ code: 'remote-unreachable' });
  });
  it('ends one that began quickly and drips afterwards', async () => {
    await expect(transfer([[10, 100_000], ...Array.from({ length: 40 }, () => [500, 10] as const)])).rejects.toMatchObject({
      message: 'The server sends fewer than 100 bytes per second.',
    });
  });
  it('lets pass what is as fast as the floor', async () => {
    expect(await transfer(Array.from({ length: 50 }, () => [500, 50]))).toBe(2_500);
  });
  it('does not blame the sender for a slow reader', async () => {
    expect(
      await transfer(
        Array.from({ length: 50 }, () => [1, 1]),
        10_000,
      ),
    ).toBe(50);
  });
});
