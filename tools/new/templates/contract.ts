import type { Names } from '../names.ts';

/** libs/contracts/src/clip.ts: the shape of the resource, its failures, its calls and its job. */
export const contract = ({ service, noun, nouns, camel, Pascal, Pascals, words, Heading }: Names): string => `/** \
${Heading}: what the ${service} service can be asked about them. Whose ${words} it is comes from the call context, never from a request. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { jobStates } from './jobs.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { cursor, integer, label } from './values.ts';

export const ${camel}Failures = {
  '${noun}-not-found': {
    status: 404,
    title: '${Heading.charAt(0)}${words.slice(1)} not found',
    page: 'Your account has no such ${words}. It may have been deleted, or belong to another account.',
  },
} as const satisfies FailureTable;

export const ${camel} = z
  .object({
    id: z.uuid(),
    kind: z.literal('${noun}'),
    state: z.enum(['processing', 'ready', 'failed']),
    title: z.string().max(200),
    job: z
      .object({ id: z.uuid(), state: z.enum(jobStates), percent: z.number().min(0).max(100) })
      .nullable()
      .meta({ description: 'The job that makes it; null once that job is forgotten.' }),
    problem: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .meta({ description: 'Why it failed; null in the other states.' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: '${Pascal}' });
export type ${Pascal} = Unchanging<z.output<typeof ${camel}>>;

const ${camel}Id = z.strictObject({ ${camel}Id: z.uuid() });

/** Writes the ${words} and enqueues its job, in one transaction. */
export const create${Pascal} = rpc({
  subject: '${service}.${noun}.create.v1',
  request: z.strictObject({ title: label({ max: 200 }) }),
  reply: ${camel},
  failures: [],
  deadlineMs: 5_000,
});

export const get${Pascal} = rpc({
  subject: '${service}.${noun}.get.v1',
  request: ${camel}Id,
  reply: ${camel},
  failures: ['${noun}-not-found'],
  deadlineMs: 5_000,
});

/** New to old. */
export const list${Pascals} = rpc({
  subject: '${service}.${noun}.list.v1',
  request: z.strictObject({ cursor: cursor().optional(), limit: integer({ min: 1, max: 100 }).default(20) }),
  reply: z.object({ items: z.array(${camel}), nextCursor: z.string().nullable() }),
  failures: [],
  deadlineMs: 5_000,
});

export const delete${Pascal} = rpc({
  subject: '${service}.${noun}.delete.v1',
  request: ${camel}Id,
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['${noun}-not-found'],
  deadlineMs: 5_000,
});

/** The job behind a new ${words}. The ${service} service runs it, see apps/${service}/src/${nouns}/${noun}.job.ts. */
export const create${Pascal}Job = jobKind({
  name: '${service}.${noun}.create',
  input: ${camel}Id,
  output: ${camel}Id,
  phases: ['working'],
  maxAttempts: 3,
  timeoutMs: 10 * 60_000,
  resources: { cores: 1, memoryBytes: 64 * 1_048_576 },
});
`;
