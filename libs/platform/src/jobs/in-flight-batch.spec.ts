import { describe, expect, it } from '@jest/globals';
import { InFlightBatch } from './in-flight-batch.ts';

function recorded() {
  const calls: { items: readonly number[]; answer: PromiseWithResolvers<readonly number[]> }[] = [];
  const batch = new InFlightBatch<number, number>((items) => {
    const answer = Promise.withResolvers<readonly number[]>();
    calls.push({ items, answer });
    return answer.promise;
  });
  return { batch, calls };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('InFlightBatch', () => {
  it('sends what came in one turn together, and what comes meanwhile in the next call', async () => {
    const { batch, calls } = recorded();
    const first = [batch.add(1), batch.add(2)];
    await turn();
    const second = [batch.add(3), batch.add(4)];
    await turn();
    expect(calls.map(({ items }) => items)).toEqual([[1, 2]]);
    calls[0]?.answer.resolve([10, 20]);
    expect(await Promise.all(first)).toEqual([10, 20]);
    await turn();
    expect(calls.map(({ items }) => items)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    calls[1]?.answer.resolve([30, 40]);
    expect(await Promise.all(second)).toEqual([30, 40]);
  });
  it('throws a failed call to each of its items, and goes on', async () => {
    const { batch, calls } = recorded();
    const failing = Promise.allSettled([batch.add(1), batch.add(2)]);
    await turn();
    const next = batch.add(3);
    calls[0]?.answer.reject(new Error('away'));
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await turn();
    calls[1]?.answer.resolve([30]);
    expect(await next).toBe(30);
  });
});
