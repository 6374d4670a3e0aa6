/** The job that fetches a file from an address; the gateway runs it. */
import * as z from 'zod';
import { jobKind } from './job-kind.ts';
import { newOwnerFields } from './resource.ts';

export const importKinds = ['audio'] as const;

/** Downloads a file from a URL and passes it to the service for its media type. */
export const importFile = jobKind({
  name: 'gateway.import',
  /** `trackId`: id of the new track, so that an attempt after a crash finds the track of the previous attempt. `fields`: what its owner says of it. */
  input: z.strictObject({
    url: z.string(),
    kind: z.enum(importKinds),
    fileName: z.string().nullable(),
    trackId: z.uuid(),
    fields: z.strictObject(newOwnerFields).optional(),
  }),
  output: z.strictObject({ trackId: z.uuid(), jobId: z.uuid().nullable() }),
  phases: ['fetching', 'taking in'],
  maxAttempts: 4,
  timeoutMs: 3_900_000,
  resources: { cores: 0, memoryBytes: 0 }, // it only waits for the network
});
