/** Collections of documents, their documents and the near-duplicates among them. */
import { collections, documentSearch } from '#contracts';
import { presentList } from '../http/presenter.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { presentCollection, presentCollections, presentDocument, presentWrittenDocument } from './collection-resource.ts';

const base = { tag: 'Collections', auth: 'user' } as const;
const one = '/v1/collections/:collectionId';
const document = `${one}/documents/:externalId` as const;

export const createCollection = serviceEndpoint({
  ...base,
  method: 'POST',
  path: '/v1/collections',
  summary: 'Create a collection',
  calls: collections.createCollection,
  present: presentCollection,
  creates: true,
  example: { title: 'Posts of 2026', description: 'What we published', tags: ['posts'] },
});

export const listCollections = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/collections',
  summary: 'Your collections, newest first unless sorted otherwise',
  calls: collections.listCollections,
  present: presentCollections,
});

export const getCollection = serviceEndpoint({
  ...base,
  method: 'GET',
  path: one,
  summary: 'One collection',
  calls: collections.getCollection,
  present: presentCollection,
});

export const updateCollection = serviceEndpoint({
  ...base,
  method: 'PATCH',
  path: one,
  summary: 'Change title, description, tags, metadata or your id of a collection',
  description:
    'A JSON Merge Patch: what is absent stays, null removes `externalId` or a pair of `metadata`. Send the `ETag` in `If-Match`.',
  calls: collections.updateCollection,
  present: presentCollection,
  example: { title: 'Posts of 2026 and before' },
});

export const deleteCollection = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: one,
  summary: 'Delete a collection with its documents',
  description: 'It is gone for you at once; running loads are cancelled, and a job removes the documents.',
  calls: collections.deleteCollection,
});

export const listDocuments = serviceEndpoint({
  ...base,
  method: 'GET',
  path: `${one}/documents`,
  summary: 'Documents of a collection, in the order in which they came',
  description: 'A page of long documents has fewer than `limit`: follow `nextCursor` to the end.',
  calls: collections.listDocuments,
  present: presentList(presentDocument, collections.listDocuments),
});

export const getDocument = serviceEndpoint({
  ...base,
  method: 'GET',
  path: document,
  summary: 'One document with its analysis',
  calls: collections.getDocument,
  present: presentDocument,
});

export const putDocument = serviceEndpoint({
  ...base,
  method: 'PUT',
  path: document,
  summary: 'Write one document, new or not',
  description:
    'With `If-None-Match: *` it is written only where the collection has none with this externalId, with the `ETag` of a document in `If-Match` only where ' +
    'that one has not changed, and with `If-Match: *` only in the place of one.',
  cost: 3,
  bodyLimitBytes: 512 * 1_024,
  calls: collections.putDocument,
  present: presentWrittenDocument,
  creates: ({ document, created }) => (created ? { path: presentDocument.of(document).links.self } : undefined),
  example: { text: 'We are thrilled to announce our new office in Madrid!', metadata: { channel: 'blog' } },
});

export const deleteDocument = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: document,
  summary: 'Delete one document',
  calls: collections.deleteDocument,
});

export const listDuplicates = serviceEndpoint({
  ...base,
  method: 'GET',
  path: `${one}/duplicates`,
  summary: 'Groups of near-duplicates, the largest first',
  description:
    'Documents are compared by the word 3-shingles that they share (Jaccard similarity). A group is everything that is connected by pairs with at least ' +
    '`similarityMin`. Of more than 10,000 documents it is the result of the newest run over them: start one with `POST …/duplicate-runs`.',
  cost: 5,
  calls: collections.listDuplicates,
});

export const findSimilarDocuments = serviceEndpoint({
  ...base,
  id: 'findSimilarDocuments',
  method: 'POST',
  path: `${one}/similar`,
  summary: 'Documents that are most similar to a text or to one of them',
  description:
    'Compares vectors of words, pairs of words and parts of words, with every document that passes the filters. It finds texts about the same things; ' +
    'for copies use `duplicates`.',
  cost: 5,
  scope: 'read',
  bodyLimitBytes: 512 * 1_024,
  calls: documentSearch.findSimilar,
  example: { text: 'We open a new office in Madrid', limit: 5, language: 'en' },
});

export const searchDocuments = serviceEndpoint({
  ...base,
  id: 'searchDocuments',
  method: 'GET',
  path: `${one}/search`,
  summary: 'Search the documents of a collection, the best match first',
  description:
    'Finds documents by their words (in the forms of their language) and by vector, and fuses the two orders by reciprocal rank. Of a word that more than ' +
    '10,000 documents have, 10,000 are ranked.',
  cost: 5,
  calls: documentSearch.searchDocuments,
});

export const findDuplicates = serviceEndpoint({
  ...base,
  id: 'findDuplicates',
  method: 'POST',
  path: `${one}/duplicates`,
  summary: 'Documents that are nearly the same as a text',
  cost: 5,
  scope: 'read',
  bodyLimitBytes: 512 * 1_024,
  calls: collections.findDuplicates,
  example: { text: 'We are thrilled to announce our new office in Madrid!', similarityMin: 0.6 },
});
