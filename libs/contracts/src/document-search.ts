/** Searches in a collection: by words and by vector. */
import * as z from 'zod';
import { documentMaxLength } from './collections.ts';
import { jobKind } from './job-kind.ts';
import { rounded } from './resource.ts';
import { rpc } from './rpc.ts';
import { integer, label, text, timestamp } from './values.ts';

const ofCollection = { collectionId: z.uuid() };
const count = z.number().int().nonnegative();
const externalId = label({ max: 200 });

/** Which documents a search compares. */
const documentFilter = {
  language: text({ min: 2, max: 3 })
    .optional()
    .meta({ description: 'Only documents in this language.', examples: ['es'] }),
  createdAtMin: timestamp()
    .optional()
    .meta({ description: 'Only documents that were added then or later.', examples: ['2026-01-01T00:00:00Z'] }),
  createdAtMax: timestamp()
    .optional()
    .meta({ description: 'Only documents that were added then or before.', examples: ['2026-12-31T23:59:59Z'] }),
};
const cosine = rounded(3, z.number().min(-1).max(1)).meta({ description: 'Cosine similarity of the vectors, -1 to 1.', examples: [0.64] });

/** The documents that are most similar to a text or to one of them, by vector. */
export const findSimilar = rpc({
  subject: 'posts.similar.find.v1',
  request: z.strictObject({
    ...ofCollection,
    text: text({ min: 1, max: documentMaxLength }).optional().meta({ description: 'The text to compare with; or send `externalId`.' }),
    externalId: externalId.optional().meta({ description: 'The document to compare with; it is not in the answer itself.' }),
    limit: integer({ min: 1, max: 100 }).default(10).meta({ description: 'How many documents to find.' }),
    ...documentFilter,
    metadata: z
      .record(text({ min: 1, max: 64 }), text({ max: 500 }))
      .optional()
      .meta({ description: 'Only documents with these pairs in their metadata.', examples: [{ channel: 'blog' }] }),
  }),
  reply: z
    .object({
      matches: z
        .array(
          z.object({
            externalId: z.string().meta({ description: 'Your id of the document.', examples: ['doc-7'] }),
            similarity: cosine,
            excerpt: z.string().meta({ description: 'The first 200 characters of its text.', examples: ['We are happy to announce'] }),
          }),
        )
        .max(100)
        .meta({ description: 'The most similar first.' }),
      documentsCompared: count.meta({ description: 'Documents that pass the filters.', examples: [1_000] }),
      model: z.string().meta({ description: 'Name and version of the model of the vectors.', examples: ['ngram-hash@1'] }),
      index: z.enum(['exact', 'hnsw']).meta({
        description:
          '`exact`: every vector was compared. `hnsw`: an approximate index was searched, of collections with more than 100,000 documents.',
        examples: ['exact'],
      }),
      recall: z
        .number()
        .min(0)
        .max(1)
        .meta({
          description: 'Share of the true nearest documents that the index finds, measured over a sample when it was built.',
          examples: [1],
        }),
    })
    .meta({ id: 'SimilarDocuments' }),
  failures: ['collection-not-found', 'document-not-found', 'request-invalid'],
  deadlineMs: 20_000,
});

const offset = count.meta({ description: 'In UTF-16 units of the text.', examples: [12] });
const rank = z.number().int().positive().nullable();

/** Full text and vectors, fused by reciprocal rank. */
export const searchDocuments = rpc({
  subject: 'posts.document.search.v1',
  request: z.strictObject({
    ...ofCollection,
    q: text({ min: 1, max: 500 }).meta({
      description: 'Words; `"a phrase"`, `or` and `-without` as in web searches.',
      examples: ['new office'],
    }),
    limit: integer({ min: 1, max: 100 }).default(20).meta({ description: 'How many documents to find.' }),
    ...documentFilter,
  }),
  reply: z
    .object({
      items: z
        .array(
          z.object({
            externalId: z.string().meta({ description: 'Your id of the document.', examples: ['doc-7'] }),
            language: z.string().meta({ description: 'ISO 639-1, or `und`.', examples: ['en'] }),
            score: rounded(4, z.number().min(0).max(1)).meta({ description: '1 is first by words and by vector.', examples: [0.992] }),
            textRank: rank.meta({ description: 'Its place by words, from 1; null where the words do not match.', examples: [1] }),
            vectorRank: rank.meta({ description: 'Its place by vector, from 1; null where it is not similar.', examples: [2] }),
            excerpt: z
              .string()
              .meta({ description: 'Up to 240 units of the text around the first match.', examples: ['our new office in Madrid'] }),
            excerptStart: offset.meta({ description: 'Where the excerpt begins in the text, in UTF-16 units.' }),
            highlights: z
              .array(z.object({ start: offset, end: offset }).meta({ description: 'A word that matches.' }))
              .max(50)
              .meta({ description: 'The first 50 words of the text that match, in any of their forms.' }),
          }),
        )
        .max(100)
        .meta({ description: 'The best first.' }),
      nextCursor: z.string().nullable().meta({ description: 'Null: the answer has all that is ranked, at most 100 documents.' }),
    })
    .meta({ id: 'DocumentMatches' }),
  failures: ['collection-not-found'],
  deadlineMs: 20_000,
});

/** Builds the approximate index of a collection's vectors. */
export const indexVectorsJob = jobKind({
  name: 'posts.vector-index.build',
  input: z.strictObject({ collectionId: z.uuid() }),
  output: z.strictObject({ collectionId: z.uuid(), vectorCount: count, recall: z.number().min(0).max(1) }),
  phases: ['reading', 'building', 'storing'],
  maxAttempts: 3,
  timeoutMs: 4 * 60 * 60_000,
  resources: { cores: 1, memoryBytes: 1_200 * 1_048_576 },
});

/** Computes the vectors of a collection's documents that were written before there were any, or with another model. */
export const embedCollectionJob = jobKind({
  name: 'posts.collection.embed',
  input: z.strictObject({ collectionId: z.uuid() }),
  output: z.strictObject({ collectionId: z.uuid(), embeddedCount: count }),
  phases: ['embedding'],
  maxAttempts: 10,
  timeoutMs: 4 * 60 * 60_000,
  resources: { cores: 0, memoryBytes: 100 * 1_048_576 },
});
