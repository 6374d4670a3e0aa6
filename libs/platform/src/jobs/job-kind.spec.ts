import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { jobKind } from './job-kind.ts';

const kind = {
  name: 'audio.analyze',
  input: z.object({}),
  output: z.object({}),
  phases: ['decoding'],
  maxAttempts: 3,
  timeoutMs: 1_000,
  resources: { cores: 1, memoryBytes: 1 },
} as const;

describe('jobKind', () => {
  it('takes `<service>.<verb>`', () => expect(jobKind(kind).name).toBe('audio.analyze'));
  it.each(['analyze', 'audio.analyze.fast', 'audio.>', 'Audio.analyze', 'audio.*', ''])('refuses the name %p', (name) => {
    expect(() => jobKind({ ...kind, name })).toThrow(RangeError);
  });
  it.each([{ maxAttempts: 0 }, { timeoutMs: 0 }, { maxAttempts: Number.NaN }])('refuses %j', (bound) => {
    expect(() => jobKind({ ...kind, ...bound })).toThrow(RangeError);
  });
});
