import type { Names } from '../names.ts';

/** libs/contracts/src/clip.ts: the shape of the resource, its failures, its calls and its job. */
export const contract = ({ service, noun, nouns, camel, Pascal, Pascals, words, Heading }: Names): string => `/** \
${Heading}: what the ${service} service can be asked about them. Whose ${words} it is comes from the call context, never from a request. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { list } from './list.ts';
import { createFailures, ifRevision, newOwnerFields, ownerChanges, resource, updateFailures } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';

export const ${camel}Failures = {
  '${noun}-not-found': {
    status: 404,
    title: '${Heading.charAt(0)}${words.slice(1)} not found',
    page: 'Your account has no such ${words}. It may have been deleted, or belong to another account.',
  },
} as const satisfies FailureTable;

/** Fields of its own go here. */
export const ${camel} = resource('${noun}', {}).meta({ id: '${Pascal}' });
export type ${Pascal} = Unchanging<z.output<typeof ${camel}>>;

const ${camel}Id = z.strictObject({ ${camel}Id: z.uuid() });

/** Writes the ${words} and enqueues its job, in one transaction. */
export const create${Pascal} = rpc({
  subject: '${service}.${noun}.create.v1',
  request: z.strictObject({ ...newOwnerFields }),
  reply: ${camel},
  failures: [...createFailures],
  deadlineMs: 5_000,
});

export const get${Pascal} = rpc({
  subject: '${service}.${noun}.get.v1',
  request: ${camel}Id,
  reply: ${camel},
  failures: ['${noun}-not-found'],
  deadlineMs: 5_000,
});

/** New to old unless told; filters of its own go into \`filters\`, with their columns in the store. */
export const list${Pascals} = rpc({
  subject: '${service}.${noun}.list.v1',
  ...list({ item: ${camel}, sorts: ['createdAt', 'title'], searches: 'the title' }),
  failures: [],
  deadlineMs: 5_000,
});

export const update${Pascal} = rpc({
  subject: '${service}.${noun}.update.v1',
  request: z.strictObject({ ${camel}Id: z.uuid(), ...ifRevision, ...ownerChanges }),
  reply: ${camel},
  failures: ['${noun}-not-found', ...updateFailures],
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
