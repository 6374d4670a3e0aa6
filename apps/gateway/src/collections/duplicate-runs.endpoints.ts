/** Runs that group the near-duplicates of a whole collection. */
import { duplicateRun, duplicateRuns } from '#contracts';
import { presentList, presentResource } from '../http/presenter.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

const base = { tag: 'Collections', auth: 'user' } as const;
const all = '/v1/collections/:collectionId/duplicate-runs';
const one = `${all}/:duplicateRunId` as const;

const path = '/v1/collections/{collectionId}/duplicate-runs/{id}';
const presentDuplicateRun = presentResource({
  id: 'DuplicateRunResource',
  of: duplicateRun,
  links: { self: path, collection: '/v1/collections/{collectionId}', groups: `${path}/groups`, job: '/v1/jobs/{job.id}' },
});

export const createDuplicateRun = serviceEndpoint({
  ...base,
  method: 'POST',
  path: all,
  summary: 'Create a duplicate run: groups the near-duplicates of a collection of any size',
  description:
    'A job compares all documents and stores the groups. Asked again for the same documents and the same `similarityMin`, it gives the run that is ' +
    'there. A collection keeps its 20 newest runs. Deleting a run, or cancelling its job, stops the work.',
  cost: 20,
  calls: duplicateRuns.createDuplicateRun,
  present: presentDuplicateRun,
  starts: 'job',
  whenDone: duplicateRuns.getDuplicateRun,
  example: { similarityMin: 0.8 },
});

export const listDuplicateRuns = serviceEndpoint({
  ...base,
  method: 'GET',
  path: all,
  summary: 'The duplicate runs of a collection, newest first',
  calls: duplicateRuns.listDuplicateRuns,
  present: presentList(presentDuplicateRun),
});

export const getDuplicateRun = serviceEndpoint({
  ...base,
  method: 'GET',
  path: one,
  summary: 'One duplicate run',
  calls: duplicateRuns.getDuplicateRun,
  present: presentDuplicateRun,
});

export const deleteDuplicateRun = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: one,
  summary: 'Delete a duplicate run with its groups',
  calls: duplicateRuns.deleteDuplicateRun,
});

export const listDuplicateRunGroups = serviceEndpoint({
  ...base,
  method: 'GET',
  path: `${one}/groups`,
  summary: 'The groups of a finished run, the largest first',
  calls: duplicateRuns.listDuplicateRunGroups,
});
