/** A collection as clients see it. */
import { collection, listCollections } from '#contracts';
import { presentList, presentResource } from '../http/presenter.ts';

export const presentCollection = presentResource({
  id: 'CollectionResource',
  of: collection,
  links: {
    self: '/v1/collections/{id}',
    documents: '/v1/collections/{id}/documents',
    duplicates: '/v1/collections/{id}/duplicates',
    duplicateRuns: '/v1/collections/{id}/duplicate-runs',
    job: '/v1/jobs/{job.id}',
  },
});

export const presentCollections = presentList(presentCollection, listCollections);
