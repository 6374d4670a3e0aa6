/** The job that fetches a file from an address; the gateway runs it. */
import * as z from 'zod';
import { strictFlag } from './audio.ts';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { madeResource, mediaKindNames } from './media-kinds.ts';
import { newOwnerFields } from './resource.ts';

export const importFailures = {
  'import-not-found': {
    status: 404,
    title: 'Import not found',
    page: 'Your account has no such import. An import is forgotten together with its job; what it made stays.',
  },
} as const satisfies FailureTable;

/** Downloads a file from a URL and passes it to the service for its kind. */
export const importFile = jobKind({
  name: 'gateway.file.import',
  /** `targetId`: id of the new resource, so that an attempt after a crash finds the one of the previous attempt. `fields`: what its owner says of it. */
  input: z.strictObject({
    url: z.string(),
    kind: z.enum(mediaKindNames),
    fileName: z.string().nullable(),
    targetId: z.uuid(),
    /** Of documents: the collection that they are loaded into. */
    collectionId: z.uuid().optional(),
    /** Of a track. */
    strict: strictFlag.optional(),
    fields: z.strictObject(newOwnerFields).optional(),
  }),
  /** `jobId`: the job that works on the resource. */
  output: z.strictObject({ resource: madeResource, jobId: z.uuid().nullable() }),
  phases: ['fetching', 'taking in'],
  maxAttempts: 4,
  timeoutMs: 3_900_000,
  resources: { cores: 0, memoryBytes: 0 }, // it only waits for the network
});
