import type { Names } from '../names.ts';

/** apps/gateway/src/clips/clips.endpoints.ts: the routes, and the links that a client gets with the resource. */
export const endpoints = ({ nouns, camel, camels, Pascal, Pascals, words, wordsPlural, Heading }: Names): string => `/** \
The ${words} endpoints. Each only forwards to its contract, so none needs a controller. */
import * as z from 'zod';
import { ${camels}, type ${Pascal} } from '#contracts';
import type { Presenter } from '../http/forward.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

const path = z.string().regex(/^\\/v1\\//);
const ${camel}Resource = ${camels}.${camel}
  .extend({ links: z.object({ self: path, job: path.optional() }) })
  .meta({ id: '${Pascal}Resource', description: 'A ${words} with its links.' });

const with${Pascal}Links = (found: ${Pascal}): z.output<typeof ${camel}Resource> => ({
  ...found,
  links: { self: \`/v1/${nouns}/\${found.id}\`, ...(found.job ? { job: \`/v1/jobs/\${found.job.id}\` } : {}) },
});
const present${Pascal}: Presenter<${Pascal}> = { schema: ${camel}Resource, of: with${Pascal}Links };

const present${Pascals}: Presenter<{ readonly items: readonly ${Pascal}[]; readonly nextCursor: string | null }> = {
  schema: z.object({ items: z.array(${camel}Resource), nextCursor: z.string().nullable() }).meta({ id: '${Pascal}List' }),
  of: ({ items, nextCursor }) => ({ items: items.map(with${Pascal}Links), nextCursor }),
};

const base = { tag: '${Heading}', auth: 'user' } as const;

export const create${Pascal} = serviceEndpoint({
  ...base,
  method: 'POST',
  path: '/v1/${nouns}',
  summary: 'Make a ${words}',
  description: 'The answer is 202 with the job that makes it. \`?wait=SECONDS\` (or \`Prefer: wait=SECONDS\`) holds the answer until that job has ended.',
  calls: ${camels}.create${Pascal},
  present: present${Pascal},
  starts: 'job',
  whenDone: ${camels}.get${Pascal},
});

export const get${Pascal} = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/${nouns}/:${camel}Id',
  summary: 'One ${words}',
  calls: ${camels}.get${Pascal},
  present: present${Pascal},
});

export const list${Pascals} = serviceEndpoint({
  ...base,
  id: 'list${Pascals}',
  method: 'GET',
  path: '/v1/${nouns}',
  summary: 'Your ${wordsPlural}, newest first',
  calls: ${camels}.list${Pascals},
  present: present${Pascals},
});

export const delete${Pascal} = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: '/v1/${nouns}/:${camel}Id',
  summary: 'Delete a ${words}',
  calls: ${camels}.delete${Pascal},
});
`;
