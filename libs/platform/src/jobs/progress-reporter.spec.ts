import { describe, expect, it } from '@jest/globals';
import { ProgressReporter } from './progress-reporter.ts';

function recorder() {
  const written: [string, number][] = [];
  const errors: unknown[] = [];
  const reporter = new ProgressReporter(
    async (phase, percent) => void written.push([phase, percent]),
    (error) => errors.push(error),
  );
  return { written, errors, reporter };
}

describe('ProgressReporter', () => {
  it('writes the first word at once and keeps the rest for later', async () => {
    const { written, reporter } = recorder();
    for (let i = 1; i <= 1_000; i++) reporter.report('decoding', i / 10);
    await reporter.close();
    expect(written).toEqual([['decoding', 0.1]]);
  });
  it.each([
    [-5, 0],
    [101, 100],
    [Number.NaN, 0],
    [33.333333, 33.3],
  ])('writes %d as %d', async (percent, expected) => {
    const { written, reporter } = recorder();
    reporter.report('decoding', percent);
    await reporter.close();
    expect(written).toEqual([['decoding', expected]]);
  });
  it('writes nothing once closed', async () => {
    const { written, reporter } = recorder();
    await reporter.close();
    reporter.report('decoding', 50);
    expect(written).toEqual([]);
  });
  it('survives a write that fails', async () => {
    const errors: unknown[] = [];
    const reporter = new ProgressReporter(
      async () => {
        throw new Error('away');
      },
      (error) => errors.push(error),
    );
    reporter.report('decoding', 50);
    await reporter.close();
    expect(errors).toHaveLength(1);
  });
});
