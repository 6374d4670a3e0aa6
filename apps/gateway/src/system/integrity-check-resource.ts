/** A check of all files as operators see it. */
import type * as z from 'zod';
import { blobCheckResult, checkAllBlobs } from '#contracts';
import { type Work, workSchema } from '../jobs/work-resource.ts';

export const integrityCheckResource = workSchema(
  'integrity-check',
  { result: blobCheckResult.nullable().meta({ description: 'What it has found; null until it is ready.' }) },
  {},
).meta({ id: 'IntegrityCheck', description: 'A check of every stored file.' });

export const integrityCheckWork: Work<typeof checkAllBlobs, 'integrity-check', Pick<z.output<typeof integrityCheckResource>, 'result'>> = {
  noun: 'integrity-check',
  job: checkAllBlobs,
  notFound: 'integrity-check-not-found',
  path: '/v1/system/integrity-checks',
  own: (_job, result) => ({ result }),
};
