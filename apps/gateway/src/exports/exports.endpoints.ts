/** Exports: rows as files, written by a job, downloaded in whole or in part. */
import * as z from 'zod';
import { dataExports, decimalInteger } from '#contracts';
import { fileFailures, fileHeaders, fileResponses } from '../downloads/file-endpoint.ts';
import { endpoint } from '../http/endpoint.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { presentExport, presentExports } from './export-resource.ts';

const base = { tag: 'Exports', auth: 'user' } as const;
const one = '/v1/exports/:exportId';

export const createExport = serviceEndpoint({
  ...base,
  method: 'POST',
  path: '/v1/exports',
  summary: 'Export rows as files',
  description:
    'A job writes documents, posts, analyses of texts, tracks or videos as they are when it reads them, as NDJSON, CSV (RFC 4180), Parquet or Arrow, into ' +
    'files of at most `rowsPerFile` rows; of more than a million rows the files have more. Without a row there is no file. The manifest tells the SHA-256 of ' +
    'each file.',
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

const file = { params: z.strictObject({ exportId: z.uuid() }), cacheControl: 'private, no-cache' } as const;

export const downloadExportManifest = endpoint({
  ...base,
  ...file,
  id: 'downloadExportManifest',
  method: 'GET',
  path: `${one}/manifest`,
  summary: 'The manifest of an export: its columns, and its files with their SHA-256',
  headers: fileHeaders,
  responses: fileResponses('application/octet-stream', 'The manifest, as JSON.'),
  failures: ['export-not-found', 'export-not-ready', 'export-failed', ...fileFailures, 'service-unavailable', 'deadline-exceeded'],
});

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
  headers: fileHeaders,
  responses: fileResponses('application/octet-stream', 'The whole file, with the media type of its format or its compression.'),
  failures: [
    'export-not-found',
    'export-not-ready',
    'export-failed',
    'export-file-not-found',
    ...fileFailures,
    'service-unavailable',
    'deadline-exceeded',
  ],
});
