/** Loads: files of documents that are read into a collection. Several of one collection may be under way at a time. */
import * as z from 'zod';
import { documentFormats } from './collections.ts';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { list } from './list.ts';
import { namesItsId, sha256 } from './media-intake.ts';
import { createFailures, newOwnerFields, resource, resourceState } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { integer } from './values.ts';

export const documentLoadFailures = {
  'load-not-found': {
    status: 404,
    title: 'Load not found',
    page: 'The collection has no such load. It may have made room for newer ones: a collection keeps its 100 newest loads.',
  },
  'load-ended': {
    status: 409,
    title: 'The file of this load is no longer kept',
    page: 'The file of a load that has ended is not kept for a further attempt of its job. Send the file again.',
  },
} as const satisfies FailureTable;

/** Loads of one collection that are kept, the newest ones; those under way are kept in any case. */
export const loadsKept = 100;
/** Lines of one load that are told. */
export const badLinesKept = 100;

const count = z.number().int().nonnegative();

export const badLine = z
  .object({
    line: z
      .number()
      .int()
      .positive()
      .meta({ examples: [17] }),
    code: z.string().meta({ examples: ['text-missing'] }),
    detail: z.string(),
  })
  .meta({ id: 'BadLine', description: 'A line of a load that was not taken.' });

export const documentLoad = resource('load', {
  collectionId: z.uuid().meta({ description: 'The collection that it loads into.' }),
  format: z.enum(documentFormats).meta({ description: 'Of the file.', examples: ['ndjson'] }),
  sizeBytes: integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).meta({ description: 'Size of the file.', examples: [318_000] }),
  lineCount: count.meta({ description: 'Lines read so far that are not blank, without the header of CSV.', examples: [1_003] }),
  addedCount: count.meta({ description: 'Documents that are new.', examples: [990] }),
  updatedCount: count.meta({ description: 'Documents that were there before and have been replaced.', examples: [8] }),
  repeatedCount: count.meta({
    description: 'Lines whose id comes again later in the same file: the last one is kept.',
    examples: [2],
  }),
  refusedCount: count.meta({ description: 'Lines that were not taken.', examples: [3] }),
  badLines: z.array(badLine).max(badLinesKept).meta({ description: 'The first 100 lines that were not taken.' }),
}).meta({ id: 'Load', description: 'A file of documents that is read into a collection. Its counts grow while it is read.' });
export type DocumentLoad = Unchanging<z.output<typeof documentLoad>>;

const ofCollection = { collectionId: z.uuid() };
const loadId = z.uuid().meta({ description: 'Id of the load.', examples: ['0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10'] });

/** Takes a stored file of documents in; the job reads it line by line. A document with an externalId that is there replaces it. */
export const createLoad = rpc({
  subject: 'posts.load.create.v1',
  request: z.strictObject({
    ...ofCollection,
    /** The id that the load is to have; asking again with it gives the same load. */
    id: z.uuid().optional(),
    blobSha256: sha256,
    sizeBytes: integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    format: z.enum(documentFormats),
    ...newOwnerFields,
  }),
  reply: documentLoad,
  failures: ['collection-not-found', 'file-lost', ...createFailures],
  deadlineMs: 10_000,
  repeatable: namesItsId,
});

export const getLoad = rpc({
  subject: 'posts.load.get.v1',
  request: z.strictObject({ ...ofCollection, loadId }),
  reply: documentLoad,
  failures: ['load-not-found'],
  deadlineMs: 5_000,
});

/** By its id alone, for its events. */
export const findLoad = rpc({
  subject: 'posts.load.find.v1',
  request: z.strictObject({ loadId }),
  reply: documentLoad,
  failures: ['load-not-found'],
  deadlineMs: 5_000,
});

const page = list({ item: documentLoad, filters: { state: resourceState.optional() }, sorts: ['createdAt'], fields: ['badLines'] });

export const listLoads = rpc({
  subject: 'posts.load.list.v1',
  request: page.request.extend(ofCollection),
  reply: page.reply,
  failures: ['collection-not-found'],
  deadlineMs: 5_000,
});

/** Reads a file of documents into a collection: analyses, signatures, rows. `offset` moves on with every chunk that is committed. */
export const loadDocumentsJob = jobKind({
  name: 'posts.document.load',
  input: z.strictObject({ loadId: z.uuid() }),
  output: z.strictObject({ loadId: z.uuid(), added: count, updated: count, refused: count }),
  phases: ['reading', 'indexing'],
  maxAttempts: 10,
  timeoutMs: 2 * 60 * 60_000,
  resources: { cores: 0, memoryBytes: 400 * 1_048_576 },
});

/** Analyses a part of a large load on whichever copy of the service is free. The load waits for it and writes its documents, in the order of the file. */
export const prepareLoadPartJob = jobKind({
  name: 'posts.load-part.prepare',
  input: z.strictObject({
    loadId: z.uuid(),
    /** Where the part begins in the file. */
    startByte: count,
  }),
  output: z.strictObject({
    /** The file with the prepared chunks; null when the load has ended meanwhile. */
    sha256: z.string().nullable(),
    documentCount: count,
  }),
  phases: ['reading'],
  isInternal: true,
  maxAttempts: 3,
  timeoutMs: 30 * 60_000,
  resources: { cores: 0, memoryBytes: 100 * 1_048_576 },
});
