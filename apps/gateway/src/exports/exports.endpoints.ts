/** Exports: rows as files, written by a job, downloaded in whole or in part. */
import * as z from 'zod';
import { dataExports, decimalInteger, headerText } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { presentExport, presentExports } from './export-resource.ts';

const base = { tag: 'Exports', auth: 'user' } as const;
const one = '/v1/exports/:exportId';

export const createExport = serviceEndpoint({
  ...base,
  method: 'POST',
  path: '/v1/exports',
  summary: 'Export documents as files',
  description:
    'A job writes the documents of a collection as they are when it begins, as NDJSON or CSV (RFC 4180), into files of at most `rowsPerFile` rows. ' +
    'A collection without documents gives no file.',
  cost: 10,
  calls: dataExports.createExport,
  present: presentExport,
  starts: 'job',
  whenDone: dataExports.getExport,
  example: { source: 'documents', collectionId: '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10', format: 'csv', compression: 'gzip' },
});

export const listExports = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/exports',
  summary: 'Your exports, newest first unless sorted otherwise',
  calls: dataExports.listExports,
  present: presentExports,
});

export const getExport = serviceEndpoint({
  ...base,
  method: 'GET',
  path: one,
  summary: 'One export with its files',
  calls: dataExports.getExport,
  present: presentExport,
});

export const deleteExport = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: one,
  summary: 'Delete an export with its files',
  calls: dataExports.deleteExport,
});

const header = headerText(1_024).optional();
const bytes = { contentType: 'application/octet-stream' } as const;

export const downloadExportFile = endpoint({
  ...base,
  id: 'downloadExportFile',
  method: 'GET',
  path: `${one}/files/:number`,
  summary: 'One file of an export',
  description: 'Takes `Range`, `If-Range`, `If-None-Match` and `If-Match`, so that a download that broke off can be resumed.',
  cacheControl: 'private, no-cache',
  params: z.strictObject({
    exportId: z.uuid(),
    number: decimalInteger({ min: 0, max: 100_000 }).meta({ description: 'From 0.', examples: [0] }),
  }),
  headers: z.object({ range: header, 'if-range': header, 'if-none-match': header, 'if-match': header }),
  responses: {
    200: {
      ...bytes,
      description: 'The whole file: `application/x-ndjson`, `text/csv`, or the type of its compression.',
      headers: {
        ETag: 'The SHA-256 of the bytes, as the export tells it.',
        'Accept-Ranges': '`bytes`',
        'Content-Disposition': 'The name of the file.',
      },
    },
    206: { ...bytes, description: 'The part that was asked for.', headers: { 'Content-Range': 'Which part, and of how much.' } },
    304: { description: 'You have it already.' },
  },
  failures: [
    ...(['export-not-found', 'export-not-ready', 'export-file-not-found', 'blob-not-found'] as const),
    ...(['precondition-failed', 'range-not-satisfiable', 'service-unavailable', 'deadline-exceeded'] as const),
  ],
});
