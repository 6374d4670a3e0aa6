/** Collections of documents: from ten to a million texts, loaded in bulk, compared with each other. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { list, page } from './list.ts';
import { createFailures, ifExists, ifRevision, newOwnerFields, ownerChanges, resource, rounded, updateFailures } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { textAnalysis } from './text-analysis.ts';
import { unfinishedFailures } from './unfinished.ts';
import { cursor, int32Max, integer, label, text } from './values.ts';

export const collectionFailures = {
  'collection-not-found': {
    status: 404,
    title: 'Collection not found',
    page: 'Your account has no such collection. It may have been deleted, or belong to another account.',
  },
  'document-not-found': {
    status: 404,
    title: 'Document not found',
    page: 'The collection has no document with this externalId.',
  },
  'documents-invalid': {
    status: 422,
    title: 'The file contains no valid document',
    page: 'The file was read to its end, and no line could be taken. The detail names the first lines and what is wrong with each. NDJSON needs an object a line with `id` and `text`; CSV needs a header with these names.',
  },
  'duplicates-not-computed': {
    status: 409,
    title: 'The duplicates of this collection have not been computed',
    page: 'The collection is too large to be compared while you wait, and no finished run has this `similarityMin` and the documents that the collection has now. Start one with `POST /v1/collections/{collectionId}/duplicate-runs`, then ask again.',
  },
  'duplicate-run-not-found': {
    status: 404,
    title: 'Duplicate run not found',
    page: 'The collection has no such run. It may have been deleted, or made room for newer ones: a collection keeps its 20 newest runs.',
  },
  ...unfinishedFailures('duplicate-run', 'The duplicate run'),
} as const satisfies FailureTable;

/** Longest text of a document, in UTF-16 units: with its analysis it fits into one message. */
export const documentMaxLength = 60_000;
const count = z.number().int().nonnegative();
const externalId = label({ max: 200 }).meta({ description: 'Your id of the document.', examples: ['doc-1'] });
const similarity = rounded(3, z.number().min(0).max(1)).meta({
  description: 'Jaccard similarity of word 3-shingles, 0 to 1.',
  examples: [0.82],
});

export const collection = resource('collection', {
  description: z.string().meta({ description: 'What it is for.', examples: ['Posts of 2026'] }),
  documentCount: count.meta({ description: 'Documents in it.', examples: [1_000] }),
}).meta({ id: 'Collection', description: 'A set of documents.' });
export type Collection = Unchanging<z.output<typeof collection>>;

export const collectionDocument = z
  .object({
    collectionId: z.uuid().meta({ description: 'The collection that it is in.' }),
    externalId: z.string().meta({ description: 'Your id for it; unique in the collection.', examples: ['doc-1'] }),
    text: z.string().meta({ description: 'The text.' }),
    language: z.string().meta({ description: 'ISO 639-1, or `und`.', examples: ['en'] }),
    metadata: z.record(z.string(), z.string()),
    analysis: textAnalysis.nullable().meta({ description: 'null until it is analysed, and in lists unless asked for.' }),
    revision: integer({ min: 1, max: int32Max }).meta({
      description: 'Grows with every write of a document of this id, also after its deletion.',
      examples: [3],
    }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Document', description: 'One text of a collection.' });
export type CollectionDocument = Unchanging<z.output<typeof collectionDocument>>;

const ofCollection = { collectionId: z.uuid() };
const collectionId = z.strictObject(ofCollection);
const documentId = z.strictObject({ ...ofCollection, externalId });
const description = text({ max: 2_000 }).meta({ description: 'What it is for.', examples: ['Posts of 2026'] });

export const createCollection = rpc({
  subject: 'posts.collection.create.v1',
  request: z.strictObject({ ...newOwnerFields, description: description.optional() }),
  reply: collection,
  failures: [...createFailures],
  deadlineMs: 5_000,
});

export const getCollection = rpc({
  subject: 'posts.collection.get.v1',
  request: collectionId,
  reply: collection,
  failures: ['collection-not-found'],
  deadlineMs: 5_000,
});

export const listCollections = rpc({
  subject: 'posts.collection.list.v1',
  ...list({ item: collection, sorts: ['createdAt', 'updatedAt', 'title'], searches: 'title and description' }),
  failures: [],
  deadlineMs: 5_000,
});

export const updateCollection = rpc({
  subject: 'posts.collection.update.v1',
  request: z.strictObject({ ...ofCollection, ...ifRevision, ...ownerChanges, description: description.optional() }),
  reply: collection,
  failures: ['collection-not-found', ...updateFailures],
  deadlineMs: 5_000,
});

export const deleteCollection = rpc({
  subject: 'posts.collection.delete.v1',
  request: z.strictObject({ ...ofCollection, ...ifRevision }),
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['collection-not-found', 'precondition-failed'],
  deadlineMs: 10_000,
});

export const documentFormats = ['ndjson', 'csv'] as const;
export type DocumentFormat = (typeof documentFormats)[number];

export const listDocuments = rpc({
  subject: 'posts.document.list.v1',
  request: z.strictObject({
    ...ofCollection,
    ...page,
    language: text({ min: 2, max: 3 })
      .optional()
      .meta({ description: 'Only documents in this language.', examples: ['es'] }),
    fields: z
      .array(z.enum(['analysis']))
      .max(1)
      .optional()
      .meta({ description: 'Fields to add, separated by commas.' }),
  }),
  reply: z.object({
    items: z.array(collectionDocument.partial({ analysis: true }) as unknown as typeof collectionDocument), // as list() has it
    nextCursor: z.string().nullable().meta({ description: 'Give it as `cursor` for the next page; null on the last one.' }),
  }),
  failures: ['collection-not-found'],
  deadlineMs: 5_000,
});

export const getDocument = rpc({
  subject: 'posts.document.get.v1',
  request: documentId,
  reply: collectionDocument,
  failures: ['collection-not-found', 'document-not-found'],
  deadlineMs: 5_000,
});

/** Writes one document, new or not; `created` where there was none. */
export const putDocument = rpc({
  subject: 'posts.document.put.v1',
  request: z.strictObject({
    ...documentId.shape,
    ...ifRevision,
    ...ifExists,
    text: text({ min: 1, max: documentMaxLength }),
    metadata: z.record(text({ min: 1, max: 64 }), text({ max: 500 })).optional(),
  }),
  reply: z.object({ document: collectionDocument, created: z.boolean() }),
  failures: ['collection-not-found', 'precondition-failed'],
  deadlineMs: 10_000,
});

export const deleteDocument = rpc({
  subject: 'posts.document.delete.v1',
  request: documentId.extend(ifRevision),
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['collection-not-found', 'document-not-found', 'precondition-failed'],
  deadlineMs: 5_000,
});

/** Ids of one group in an answer. */
export const duplicateIdsMax = 1_000;

export const duplicateGroup = z
  .object({
    ids: z
      .array(z.string())
      .max(duplicateIdsMax)
      .meta({ description: 'externalIds, sorted; the first 1,000 of a larger group.', examples: [['doc-1', 'doc-7']] }),
    documentCount: count.meta({ description: 'Documents in the group.', examples: [2] }),
    similarity: similarity.meta({ description: 'The smallest similarity of a pair inside that is at least `similarityMin`.' }),
  })
  .meta({ id: 'DuplicateGroup', description: 'Documents that are nearly the same.' });

/** Lowest similarity of a pair that makes a group. */
export const similarityMin = z
  .number()
  .min(0.5)
  .max(1)
  .default(0.6)
  .meta({ description: 'Lowest similarity of a pair.', examples: [0.6] });

/** Which page of groups; they are small, so that a page may have more than in other lists. */
export const groupPage = {
  cursor: cursor().optional().meta({ description: '`nextCursor` of the page before.' }),
  limit: integer({ min: 1, max: 1_000 }).default(100).meta({ description: 'Groups a page at most; a page of large groups has fewer.' }),
};

export const duplicateGroups = z.object({
  items: z.array(duplicateGroup),
  nextCursor: z.string().nullable().meta({ description: 'Give it as `cursor` for the next page; null on the last one.' }),
});

/** Groups of near-duplicates: connected components of pairs with a Jaccard similarity of at least `similarityMin`; largest group first. */
export const listDuplicates = rpc({
  subject: 'posts.duplicate.list.v1',
  request: z.strictObject({
    ...ofCollection,
    similarityMin,
    ...groupPage,
  }),
  reply: duplicateGroups,
  failures: ['collection-not-found', 'duplicates-not-computed'],
  deadlineMs: 20_000,
});

/** Which documents are nearly the same as one text. */
export const findDuplicates = rpc({
  subject: 'posts.duplicate.find.v1',
  request: z.strictObject({
    ...ofCollection,
    text: text({ min: 1, max: documentMaxLength }),
    similarityMin: z
      .number()
      .min(0.5)
      .max(1)
      .default(0.6)
      .meta({ description: 'Lowest similarity.', examples: [0.6] }),
  }),
  reply: z
    .object({
      matches: z
        .array(z.object({ externalId: z.string().meta({ description: 'Your id of the document.', examples: ['doc-7'] }), similarity }))
        .max(1_000)
        .meta({ description: 'The most similar first.' }),
    })
    .meta({ id: 'DuplicateMatches' }),
  failures: ['collection-not-found'],
  deadlineMs: 20_000,
});

/** Removes the documents of a deleted collection, batch by batch. */
export const eraseCollectionJob = jobKind({
  name: 'posts.collection.erase',
  input: z.strictObject({ collectionId: z.uuid() }),
  output: z.strictObject({ collectionId: z.uuid(), documentCount: count }),
  phases: ['erasing'],
  maxAttempts: 10,
  timeoutMs: 2 * 60 * 60_000,
  resources: { cores: 0, memoryBytes: 0 },
  runsWhileSuspended: true,
});
