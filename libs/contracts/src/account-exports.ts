/** All of one's data in one file: a ZIP of files and JSON, made by a job, kept for a week. */
import * as z from 'zod';
import { locateExportFile } from './exports.ts';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { resource } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { unfinishedFailures } from './unfinished.ts';

export const accountExportFailures = {
  'account-export-not-found': {
    status: 404,
    title: 'Export of your data not found',
    page: 'Your account has no such export of all of its data. It may have been deleted, replaced by a newer one, or have expired after seven days.',
  },
  ...unfinishedFailures('account-export', 'The export of your data'),
} as const satisfies FailureTable;

/** The file is kept for so long after it was written. */
export const accountExportDays = 7;

const count = z.number().int().nonnegative();

export const accountExport = resource('account-export', {
  sizeBytes: count.nullable().meta({ description: 'Size of the ZIP, in bytes; null until it is ready.', examples: [48_213_004] }),
  fileCount: count.nullable().meta({ description: 'Files in the ZIP; null until it is ready.', examples: [212] }),
  expiresAt: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'When the file is deleted; null until it is ready.', examples: ['2026-02-07T12:00:00.000Z'] }),
}).meta({ id: 'AccountExport', description: 'All data of an account as a ZIP of files and JSON.' });
export type AccountExport = Unchanging<z.output<typeof accountExport>>;

const exportId = z.strictObject({
  accountExportId: z.uuid().meta({ description: 'Id of the export.', examples: ['0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10'] }),
});

/** An account has one: while it is written it is answered again, afterwards a new one replaces it. */
export const createAccountExport = rpc({
  subject: 'posts.account-export.create.v1',
  request: z.strictObject({}),
  reply: accountExport,
  failures: [],
  deadlineMs: 5_000,
});

export const getAccountExport = rpc({
  subject: 'posts.account-export.get.v1',
  request: exportId,
  reply: accountExport,
  failures: ['account-export-not-found'],
  deadlineMs: 5_000,
});

export const deleteAccountExport = rpc({
  subject: 'posts.account-export.delete.v1',
  request: exportId,
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['account-export-not-found'],
  deadlineMs: 5_000,
});

export const locateAccountExport = rpc({
  subject: 'posts.account-export.locate.v1',
  request: exportId,
  reply: locateExportFile.reply,
  failures: ['account-export-not-found', 'account-export-not-ready', 'account-export-failed'],
  deadlineMs: 5_000,
});

/** Asks every service for the owner's rows and writes them, with the files, into one ZIP. */
export const writeAccountExport = jobKind({
  name: 'posts.account-export.write',
  input: z.strictObject({ accountExportId: z.uuid() }),
  output: z.strictObject({ accountExportId: z.uuid(), fileCount: count }),
  phases: ['waiting', 'writing'],
  maxAttempts: 5,
  timeoutMs: 6 * 60 * 60_000,
  resources: { cores: 1, memoryBytes: 100 * 1_048_576 },
});

/** Deletes the file when its time is over. */
export const expireAccountExport = jobKind({
  name: 'posts.account-export.expire',
  input: z.strictObject({ accountExportId: z.uuid() }),
  output: z.strictObject({ accountExportId: z.uuid() }),
  phases: ['deleting'],
  maxAttempts: 10,
  timeoutMs: 60_000,
  resources: { cores: 0, memoryBytes: 0 },
  runsWhileSuspended: true,
});
