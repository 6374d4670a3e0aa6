/** A collection as clients see it. */
import { collection, listCollections } from '#contracts';
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
