import * as z from 'zod';
import { sha256 } from '#contracts';
import { jobKind } from '#platform';

/** Analyses a recording. The result is stored with the recording, not with the job, so that uploads of the same content reuse it. */
export const analyzeRecording = jobKind({
  name: 'audio.analyze',
  input: z.strictObject({ sha256 }),
  output: z.strictObject({ sha256 }),
  phases: ['waiting', 'analyzing'],
  maxAttempts: 4,
  timeoutMs: 20 * 60_000,
  resources: { cores: 1, memoryBytes: 300 * 1024 * 1024 },
});
