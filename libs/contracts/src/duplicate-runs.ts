/** Runs that group the near-duplicates of a whole collection: for collections that are too large to be answered while the client waits. */
import * as z from 'zod';
import { duplicateGroups, groupPage, similarityMin } from './collections.ts';
import { jobKind } from './job-kind.ts';
import { list } from './list.ts';
import { createFailures, newOwnerFields, resource } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';

const count = z.number().int().nonnegative();

/** Runs of one collection that are kept, the newest ones. */
export const duplicateRunsKept = 20;

export const duplicateRun = resource('duplicate-run', {
  collectionId: z.uuid().meta({ description: 'The collection whose documents are compared.' }),
  similarityMin: z
    .number()
    .min(0.5)
    .max(1)
    .meta({ description: 'Lowest similarity of a pair.', examples: [0.6] }),
  isCurrent: z.boolean().meta({
    description: 'Whether the collection still has the documents that it had when the run was started.',
    examples: [true],
  }),
  documentCount: count.nullable().meta({ description: 'Documents that were compared; null until it is ready.', examples: [100_000] }),
  groupCount: count.nullable().meta({ description: 'Groups that were found; null until it is ready.', examples: [4_210] }),
  duplicateCount: count.nullable().meta({ description: 'Documents in all groups; null until it is ready.', examples: [8_730] }),
}).meta({ id: 'DuplicateRun', description: 'The near-duplicates of a collection at one moment.' });
export type DuplicateRun = Unchanging<z.output<typeof duplicateRun>>;

const ofCollection = { collectionId: z.uuid() };
const runId = z.strictObject({
  ...ofCollection,
  duplicateRunId: z.uuid().meta({ description: 'Id of the run.', examples: ['0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10'] }),
});

/** Asked again for the same documents and the same similarity, it answers the run that is there. */
export const createDuplicateRun = rpc({
  subject: 'posts.duplicate-run.create.v1',
  request: z.strictObject({ ...ofCollection, similarityMin, ...newOwnerFields }),
  reply: duplicateRun,
  failures: ['collection-not-found', ...createFailures],
  deadlineMs: 5_000,
});

export const getDuplicateRun = rpc({
  subject: 'posts.duplicate-run.get.v1',
  request: runId,
  reply: duplicateRun,
  failures: ['collection-not-found', 'duplicate-run-not-found'],
  deadlineMs: 5_000,
});

const { request: listRequest, reply: listReply } = list({ item: duplicateRun, sorts: ['createdAt'] });

export const listDuplicateRuns = rpc({
  subject: 'posts.duplicate-run.list.v1',
  request: listRequest.extend(ofCollection),
  reply: listReply,
  failures: ['collection-not-found'],
  deadlineMs: 5_000,
});

/** Cancels the job while it runs. */
export const deleteDuplicateRun = rpc({
  subject: 'posts.duplicate-run.delete.v1',
  request: runId,
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['collection-not-found', 'duplicate-run-not-found'],
  deadlineMs: 5_000,
});

/** The groups of a finished run, the largest first. */
export const listDuplicateRunGroups = rpc({
  subject: 'posts.duplicate-run-group.list.v1',
  request: z.strictObject({ ...runId.shape, ...groupPage }),
  reply: duplicateGroups,
  failures: ['collection-not-found', 'duplicate-run-not-found', 'duplicate-run-not-ready', 'duplicate-run-failed'],
  deadlineMs: 10_000,
});

/** Compares all documents of a collection. Of 100,000 documents the signatures are 52 MB. */
export const computeDuplicatesJob = jobKind({
  name: 'posts.duplicate-run.compute',
  input: z.strictObject({ duplicateRunId: z.uuid() }),
  output: z.strictObject({ duplicateRunId: z.uuid(), groupCount: count, duplicateCount: count }),
  phases: ['reading', 'searching', 'comparing', 'writing'],
  maxAttempts: 3,
  timeoutMs: 60 * 60_000,
  resources: { cores: 1, memoryBytes: 700 * 1_048_576 },
});
