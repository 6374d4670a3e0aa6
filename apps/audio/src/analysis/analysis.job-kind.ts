import * as z from 'zod';
import { sha256 } from '#contracts';
import { jobKind } from '#platform';

/** Measures a recording. Its result is kept with the recording, not with the job: whoever sends the same bytes finds it. */
export const analyzeRecording = jobKind({
  name: 'audio.analyze',
  input: z.strictObject({ sha256 }),
  output: z.strictObject({ sha256 }),
  phases: ['waiting', 'analyzing'],
  maxAttempts: 4,
  timeoutMs: 20 * 60_000,
  resources: { cores: 1, memoryBytes: 300 * 1024 * 1024 },
});
