import type { Names } from '../names.ts';

/** apps/gateway/src/clips/clips.endpoints.ts: the routes, and the links that a client gets with the resource. */
export const endpoints = ({ nouns, camel, camels, Pascal, Pascals, words, wordsPlural, Heading }: Names): string => `/** \
The ${words} endpoints. Each only forwards to its contract, so none needs a controller. */
import { ${camels} } from '#contracts';
import { presentList, presentResource } from '../http/presenter.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

const present${Pascal} = presentResource({
  id: '${Pascal}Resource',
  of: ${camels}.${camel},
  links: { self: '/v1/${nouns}/{id}', job: '/v1/jobs/{job.id}' },
});

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
  summary: 'Your ${wordsPlural}',
  calls: ${camels}.list${Pascals},
  present: presentList(present${Pascal}, ${camels}.list${Pascals}),
});

export const update${Pascal} = serviceEndpoint({
  ...base,
  method: 'PATCH',
  path: '/v1/${nouns}/:${camel}Id',
  summary: 'Change a ${words}',
  calls: ${camels}.update${Pascal},
  present: present${Pascal},
});

export const delete${Pascal} = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: '/v1/${nouns}/:${camel}Id',
  summary: 'Delete a ${words}',
  calls: ${camels}.delete${Pascal},
});
`;
