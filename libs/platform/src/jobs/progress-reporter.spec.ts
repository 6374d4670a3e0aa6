import { setImmediate } from 'node:timers/promises';
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
  it('does not wait with what is ten points further, and with nothing less', async () => {
    const { written, reporter } = recorder();
    const turns = async () => {
      for (let turn = 0; turn < 5; turn++) await setImmediate();
    };
    for (const percent of [0, 9.9, 10, 21, 100]) {
      reporter.report('decoding', percent);
      await turns();
    }
    await reporter.close();
    expect(written.map(([, percent]) => percent)).toEqual([0, 10, 21, 100]);
  });
  it('does not wait with another phase', async () => {
    const { written, reporter } = recorder();
    for (const phase of ['encoding', 'encoding', 'encoding-in-software', 'encoding-in-software']) {
      reporter.report(phase, 5);
      for (let turn = 0; turn < 5; turn++) await setImmediate();
    }
    await reporter.close();
    expect(written.map(([phase]) => phase)).toEqual(['encoding', 'encoding-in-software']);
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
