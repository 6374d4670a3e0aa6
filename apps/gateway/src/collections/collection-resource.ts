/** A collection and its documents as clients see them. */
import { collection, collectionDocument, listCollections, type putDocument, type ReplyOf } from '#contracts';
import { presentList, presentResource } from '../http/presenter.ts';

export const presentCollection = presentResource({
  id: 'CollectionResource',
  of: collection,
  links: {
    self: '/v1/collections/{id}',
    documents: '/v1/collections/{id}/documents',
    loads: '/v1/collections/{id}/loads',
    duplicates: '/v1/collections/{id}/duplicates',
    duplicateRuns: '/v1/collections/{id}/duplicate-runs',
  },
});

export const presentCollections = presentList(presentCollection, listCollections);

export const presentDocument = presentResource({
  id: 'DocumentResource',
  of: collectionDocument,
  links: { self: '/v1/collections/{collectionId}/documents/{externalId}', collection: '/v1/collections/{collectionId}' },
});

type Written = ReplyOf<typeof putDocument>;
export const presentWrittenDocument = { schema: presentDocument.schema, of: ({ document }: Written) => presentDocument.of(document) };
