import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { consumerOf, jobKind } from './job-kind.ts';

const kind = {
  name: 'audio.recording.analyze',
  input: z.object({}),
  output: z.object({}),
  phases: ['decoding'],
  maxAttempts: 3,
  timeoutMs: 1_000,
  resources: { cores: 1, memoryBytes: 1 },
} as const;

describe('jobKind', () => {
  it.each(['audio.recording.analyze', 'video.clip.create'])('takes the name %s', (name) =>
    expect(jobKind({ ...kind, name }).name).toBe(name),
  );
  it('is told apart from other contracts by `kind`', () => expect(jobKind(kind).kind).toBe('job'));
  it('has a consumer whose name is one token of a subject', () => expect(consumerOf('video.clip.create')).toBe('video-clip-create'));
  it.each(['analyze', 'audio.render', 'audio.clip.create.fast', 'audio.>', 'Audio.analyze', 'audio.*', ''])(
    'refuses the name %p',
    (name) => {
      expect(() => jobKind({ ...kind, name })).toThrow(RangeError);
    },
  );
  it.each([{ maxAttempts: 0 }, { timeoutMs: 0 }, { maxAttempts: Number.NaN }])('refuses %j', (bound) => {
    expect(() => jobKind({ ...kind, ...bound })).toThrow(RangeError);
  });
});
