/** The job that fetches a file from an address; the gateway runs it. */
import * as z from 'zod';
import { jobKind } from './job-kind.ts';
import { mediaKindNames } from './media-kinds.ts';
import { newOwnerFields } from './resource.ts';

/** Downloads a file from a URL and passes it to the service for its kind. */
export const importFile = jobKind({
  name: 'gateway.file.import',
  /** `targetId`: id of the new resource, so that an attempt after a crash finds the one of the previous attempt. `fields`: what its owner says of it. */
  input: z.strictObject({
    url: z.string(),
    kind: z.enum(mediaKindNames),
    fileName: z.string().nullable(),
    targetId: z.uuid(),
    fields: z.strictObject(newOwnerFields).optional(),
  }),
  output: z.strictObject({ trackId: z.uuid().optional(), videoId: z.uuid().optional(), jobId: z.uuid().nullable() }),
  phases: ['fetching', 'taking in'],
  maxAttempts: 4,
  timeoutMs: 3_900_000,
  resources: { cores: 0, memoryBytes: 0 }, // it only waits for the network
});
