import * as z from 'zod';
import { decimalInteger, jobKindName, resourceProblem } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { pageOf } from '../http/presenter.ts';

const base = { tag: 'Operators', auth: 'operator' } as const;
const path = '/v1/operators/dead-letters';
const params = z.strictObject({ letterId: decimalInteger({ min: 1, max: Number.MAX_SAFE_INTEGER }) });
const kind = jobKindName.optional().meta({ description: 'Only jobs of this kind.', examples: ['audio.recording.analyze'] });

export const deadLetterResource = z
  .object({
    id: z.number().int().min(1).meta({ description: 'Its place in the list; grows.' }),
    jobId: z.uuid(),
    ownerId: z.uuid(),
    kind: z.string(),
    attempts: z.number().int(),
    problem: resourceProblem,
    toolLines: z.array(z.string()),
    failedAt: z.iso.datetime(),
  })
  .meta({ id: 'DeadLetter', description: 'A job that might have worked and failed at every attempt.' });

export const listDeadLetters = endpoint({
  ...base,
  id: 'listDeadLetters',
  method: 'GET',
  path,
  summary: 'Jobs that failed at every attempt, oldest first',
  description: 'Kept for thirty days.',
  query: z.strictObject({
    kind,
    cursor: decimalInteger({ min: 0, max: Number.MAX_SAFE_INTEGER })
      .optional()
      .meta({ description: '`nextCursor` of the page before.', examples: ['41'] }),
    limit: decimalInteger({ min: 1, max: 100 }).default(20),
  }),
  responses: {
    200: pageOf(deadLetterResource).meta({ id: 'DeadLetterList' }),
  },
  failures: [],
});

export const replayDeadLetter = endpoint({
  ...base,
  id: 'replayDeadLetter',
  method: 'POST',
  path: `${path}/:letterId/replay`,
  summary: 'Run the job of a dead letter again',
  description: '`replayed` is 0 when its owner has retried it meanwhile.',
  params,
  responses: { 200: z.object({ replayed: z.number().int().min(0) }).meta({ id: 'Replayed' }) },
  failures: ['not-found'],
});

export const replayDeadLetters = endpoint({
  ...base,
  id: 'replayDeadLetters',
  method: 'POST',
  path: `${path}/replay`,
  summary: 'Run the jobs of all dead letters again',
  description: 'At most a thousand at a time; call it again while `replayed` is not 0.',
  deadlineMs: 120_000,
  query: z.strictObject({ kind }),
  responses: { 200: z.object({ replayed: z.number().int().min(0) }).meta({ id: 'ReplayedAll' }) },
  failures: [],
});

export const deleteDeadLetter = endpoint({
  ...base,
  id: 'deleteDeadLetter',
  method: 'DELETE',
  path: `${path}/:letterId`,
  summary: 'Delete a dead letter; its job stays failed',
  params,
  responses: { 204: { description: 'It is off the list.' } },
  failures: ['not-found'],
});
