/** Exports: rows of one kind as files, written by a job of the service that owns them. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { list } from './list.ts';
import { createFailures, newOwnerFields, resource } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { unfinishedFailures } from './unfinished.ts';
import { integer } from './values.ts';

export const exportFailures = {
  'export-not-found': {
    status: 404,
    title: 'Export not found',
    page: 'Your account has no such export. It may have been deleted, or belong to another account.',
  },
  ...unfinishedFailures('export', 'The export'),
  'export-file-not-found': {
    status: 404,
    title: 'The export has no such file',
    page: 'Files are counted from 0; `files` of the export lists them.',
  },
} as const satisfies FailureTable;

export const exportSources = ['documents', 'posts', 'analyses', 'tracks', 'videos'] as const;
export const exportFormats = ['ndjson', 'csv', 'parquet', 'arrow'] as const;
export const exportCompressions = ['none', 'gzip', 'zstd', 'br'] as const;

const source = z.enum(exportSources).meta({
  description: 'What to export. `analyses`: what is found in the texts of your posts, or of the documents of a collection.',
  examples: ['documents'],
});
const format = z.enum(exportFormats).meta({
  description: 'The format of the files. `arrow`: the file format of Arrow IPC (Feather 2).',
  examples: ['csv'],
});
const compression = z.enum(exportCompressions).meta({
  description: 'How the files are compressed. Parquet compresses its pages itself (Snappy) and takes `none` only.',
  examples: ['gzip'],
});

export const exportFile = z
  .object({
    number: z
      .number()
      .int()
      .nonnegative()
      .meta({ description: 'From 0.', examples: [0] }),
    fileName: z.string().meta({ examples: ['documents-0.csv.gz'] }),
    rowCount: z
      .number()
      .int()
      .nonnegative()
      .meta({ examples: [1_000] }),
    sizeBytes: z
      .number()
      .int()
      .positive()
      .meta({ examples: [48_213] }),
    sha256: z.string().meta({ description: 'SHA-256 of the file as it is downloaded.' }),
  })
  .meta({ id: 'ExportFile', description: 'One file of an export.' });

export const dataExport = resource('export', {
  source,
  format,
  compression,
  collectionId: z.uuid().nullable().meta({ description: 'The collection, where documents or their analyses are exported.' }),
  rowCount: z
    .number()
    .int()
    .nonnegative()
    .nullable()
    .meta({ description: 'Rows in all files; null until it is ready.', examples: [1_000] }),
  files: z.array(exportFile).meta({ description: 'The files; empty until it is ready.' }),
}).meta({ id: 'Export', description: 'Rows as files.' });
export type DataExport = Unchanging<z.output<typeof dataExport>>;

const exportId = z.strictObject({ exportId: z.uuid() });

/** How files are written. */
export const exportOptions = z.strictObject({
  isFormulaGuarded: z.boolean().default(true).meta({ description: 'CSV: cells that a spreadsheet would run get an apostrophe in front.' }),
  hasByteOrderMark: z.boolean().default(false).meta({ description: 'CSV: begins with a byte order mark, for Excel.' }),
  rowsPerFile: integer({ min: 1_000, max: 1_000_000 }).default(200_000).meta({ description: 'Rows a file.' }),
});
export type ExportOptions = Unchanging<z.output<typeof exportOptions>>;

export const createExport = rpc({
  subject: 'posts.export.create.v1',
  request: z.strictObject({
    source,
    format: format.default('ndjson'),
    compression: compression.default('none'),
    collectionId: z.uuid().optional().meta({ description: 'Needed for documents; with `analyses` it chooses those of its documents.' }),
    ...exportOptions.shape,
    ...newOwnerFields,
  }),
  reply: dataExport,
  failures: ['collection-not-found', 'request-invalid', ...createFailures],
  deadlineMs: 5_000,
});

export const getExport = rpc({
  subject: 'posts.export.get.v1',
  request: exportId,
  reply: dataExport,
  failures: ['export-not-found'],
  deadlineMs: 5_000,
});

export const listExports = rpc({
  subject: 'posts.export.list.v1',
  ...list({ item: dataExport, filters: { source: source.optional() }, sorts: ['createdAt'], fields: ['files'] }),
  failures: [],
  deadlineMs: 5_000,
});

export const deleteExport = rpc({
  subject: 'posts.export.delete.v1',
  request: exportId,
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['export-not-found'],
  deadlineMs: 5_000,
});

/** Where the bytes of a file are, for whoever streams them. */
export const locateExportFile = rpc({
  subject: 'posts.export.locate.v1',
  request: z.strictObject({ ...exportId.shape, number: integer({ min: 0, max: 100_000 }) }),
  reply: z.object({ sha256: z.string(), sizeBytes: z.number().int().positive(), contentType: z.string(), fileName: z.string() }),
  failures: ['export-not-found', 'export-not-ready', 'export-failed', 'export-file-not-found'],
  deadlineMs: 5_000,
});

/** Where the bytes of the manifest are: the files with their SHA-256, as JSON. */
export const locateExportManifest = rpc({
  subject: 'posts.export-manifest.locate.v1',
  request: exportId,
  reply: locateExportFile.reply,
  failures: ['export-not-found', 'export-not-ready', 'export-failed'],
  deadlineMs: 5_000,
});

/** Writes the files of an export into the blob store; waits for the rows of another service where they are not its own. */
export const writeExport = jobKind({
  name: 'posts.export.write',
  input: z.strictObject({ exportId: z.uuid() }),
  output: z.strictObject({ exportId: z.uuid(), rowCount: z.number().int().nonnegative() }),
  phases: ['waiting', 'writing'],
  maxAttempts: 5,
  timeoutMs: 2 * 60 * 60_000,
  resources: { cores: 1, memoryBytes: 200 * 1_048_576 },
});
