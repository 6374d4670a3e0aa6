/** Whether what is stored fits together: migrations, files and their rows, configurations, dependencies. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { serviceNames } from './service-names.ts';

const count = z.number().int().nonnegative();

export const integrityChecks = ['migrations', 'blobs', 'configuration', 'dependencies', 'self-tests'] as const;

export const integrityFinding = z
  .object({
    check: z.enum(integrityChecks),
    service: z.enum(serviceNames),
    isPassed: z.boolean(),
    checked: count.meta({ description: 'How many things were looked at.', examples: [100] }),
    failed: count.meta({ examples: [0] }),
    detail: z
      .string()
      .max(500)
      .meta({ examples: ['100 of 8123 references were looked at: all files are there.'] }),
    examples: z
      .array(z.string())
      .max(20)
      .meta({ description: 'Some of what failed.', examples: [[]] }),
  })
  .meta({ id: 'IntegrityFinding', description: 'What one check found in one service.' });
export type IntegrityFinding = Unchanging<z.output<typeof integrityFinding>>;

/** Asked of everybody at once: each running copy looks at what it stores. */
export const describeIntegrity = rpc({
  subject: 'platform.integrity.describe.v1',
  request: z.strictObject({}),
  reply: z.object({ service: z.enum(serviceNames), instance: z.string(), findings: z.array(integrityFinding).max(10) }),
  failures: [],
  deadlineMs: 4_000,
});

export const systemIntegrity = z
  .object({
    isPassed: z.boolean().meta({ description: 'Whether every check passed.' }),
    findings: z.array(integrityFinding).meta({ description: 'Failed ones first.' }),
    checkedAt: z.iso.datetime(),
  })
  .meta({ id: 'SystemIntegrity', description: 'Whether what is stored fits together.' });

export const getSystemIntegrity = rpc({
  subject: 'health.system-integrity.get.v1',
  request: z.strictObject({}),
  reply: systemIntegrity,
  failures: [],
  deadlineMs: 6_000,
});

export const integrityFailures = {
  'integrity-check-not-found': {
    status: 404,
    title: 'Integrity check not found',
    page: 'You have started no such check. A check is forgotten 30 days after it ended.',
  },
} as const satisfies FailureTable;

/** What a check of all files has found. */
export const blobCheckResult = z
  .strictObject({
    files: count.meta({ description: 'Files that were read.', examples: [8_123] }),
    bytes: count.meta({ description: 'Their bytes.', examples: [48_231_120] }),
    repaired: count.meta({ description: 'Damaged files that the copy of the store has replaced.', examples: [0] }),
    damaged: count.meta({ description: 'Files that are not what their hash says.', examples: [0] }),
    missing: count.meta({ description: 'References to files that are not in the store.', examples: [0] }),
    names: z
      .array(z.string())
      .max(100)
      .meta({ description: 'Of damaged and missing files, the first 100.', examples: [[]] }),
  })
  .meta({ id: 'BlobCheckResult', description: 'What a check of all files has found.' });

/** Reads every stored file, compares it with its hash, and looks for rows without a file. */
export const checkAllBlobs = jobKind({
  name: 'gateway.blob.check',
  input: z.strictObject({}),
  output: blobCheckResult,
  phases: ['reading files', 'comparing rows'],
  maxAttempts: 3,
  timeoutMs: 24 * 3_600_000,
  resources: { cores: 1, memoryBytes: 64 * 1024 * 1024 },
});
