/** The job that fetches a file from an address; the gateway runs it. */
import * as z from 'zod';
import { jobKind } from './job-kind.ts';

export const importKinds = ['audio'] as const;

/** Fetches a file from an address of the owner's and hands it to the service that wants its kind. */
export const importFile = jobKind({
  name: 'gateway.import',
  /** `trackId`: what the track will be called, so that an attempt after a crash finds what the one before it made. */
  input: z.strictObject({ url: z.string(), kind: z.enum(importKinds), fileName: z.string().nullable(), trackId: z.uuid() }),
  output: z.strictObject({ trackId: z.uuid(), jobId: z.uuid() }),
  phases: ['fetching', 'taking in'],
  maxAttempts: 4,
  timeoutMs: 3_900_000,
  resources: { cores: 0, memoryBytes: 0 }, // it waits for the other server
});
