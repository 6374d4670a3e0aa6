import { describe, expect, it } from '@jest/globals';
import { FreeSpace } from './free-space.ts';

const storeOf = (...answers: (number | undefined | Error | Promise<number>)[]) => ({
  freeBytes: async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  },
});

describe('the free space of the store of files', () => {
  it('is what the store says now', async () => {
    const space = new FreeSpace(storeOf(7, 0));
    expect([await space.bytes(), await space.bytes()]).toEqual([7, 0]);
  });
  it('is unknown without a store, of a store that cannot tell, and of one that fails', async () => {
    expect(await new FreeSpace(undefined).bytes()).toBeNull();
    expect(await new FreeSpace(storeOf(undefined)).bytes()).toBeNull();
    const failing = new FreeSpace(storeOf(7, new Error('EIO'), 8));
    expect([await failing.bytes(), await failing.bytes(), await failing.bytes()]).toEqual([7, null, 8]);
  });
  it('is the last known one while the store hangs, which is asked once', async () => {
    const { promise: hanging, resolve } = Promise.withResolvers<number>();
    const space = new FreeSpace(storeOf(7, hanging, 9));
    expect([await space.bytes(), await space.bytes(), await space.bytes()]).toEqual([7, 7, 7]);
    resolve(8);
    expect(await space.bytes()).toBe(8);
    expect(await space.bytes()).toBe(9);
  });
});
