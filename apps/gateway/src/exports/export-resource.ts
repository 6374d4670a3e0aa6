/** An export as clients see it. */
import { dataExport, listExports } from '#contracts';
import { presentList, presentResource } from '../http/presenter.ts';

export const presentExport = presentResource({
  id: 'ExportResource',
  of: dataExport,
  links: {
    self: '/v1/exports/{id}',
    firstFile: '/v1/exports/{id}/files/0',
    manifest: '/v1/exports/{id}/manifest',
    job: '/v1/jobs/{job.id}',
  },
});

export const presentExports = presentList(presentExport, listExports);
