/** The endpoints of publications: posts on their way to an account elsewhere. */
import { publications } from '#contracts';
import { presentList, presentResource } from '../http/presenter.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

const base = { tag: 'Publishers', auth: 'user' } as const;

export const presentPublication = presentResource({
  id: 'PublicationResource',
  of: publications.publication,
  links: {
    self: '/v1/posts/{postId}/publications/{id}',
    post: '/v1/posts/{postId}',
    account: '/v1/publishers/accounts/{accountId}',
  },
});
const presentPublications = presentList(presentPublication);

export const publishPost = serviceEndpoint({
  ...base,
  method: 'POST',
  path: '/v1/posts/:postId/publish',
  summary: 'Publish a post, now or at a due time',
  description:
    'The publication tells what becomes of it. The post is published with the text that it has at the due time. A text that is on its way to the account, ' +
    'or was published there within a day, is refused unless `allowDuplicate` is true.',
  calls: publications.publishPost,
  present: presentPublication,
  creates: '/v1/posts/:postId/publications',
  example: { accountId: '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10', localTime: '2027-03-01T09:00', timeZone: 'Europe/Madrid' },
});

export const listPublications = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/posts/:postId/publications',
  summary: 'The publications of a post, newest first',
  calls: publications.listPublications,
  present: presentPublications,
});

export const getPublication = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/posts/:postId/publications/:publicationId',
  summary: 'State of a publication',
  calls: publications.getPublication,
  present: presentPublication,
});

export const updatePublication = serviceEndpoint({
  ...base,
  method: 'PATCH',
  path: '/v1/posts/:postId/publications/:publicationId',
  summary: 'Move the due time of a publication',
  description: 'Without a time it is published at once; without a zone the zone stays. Refused once it has begun.',
  calls: publications.updatePublication,
  present: presentPublication,
  example: { localTime: '2027-03-02T09:00' },
});

export const cancelPublication = serviceEndpoint({
  ...base,
  method: 'POST',
  path: '/v1/posts/:postId/publications/:publicationId/cancel',
  summary: 'Cancel a publication that has not begun',
  calls: publications.cancelPublication,
  present: presentPublication,
});

export const listCalendar = serviceEndpoint({
  ...base,
  id: 'listCalendar',
  method: 'GET',
  path: '/v1/posts/calendar',
  summary: 'Your publications by due time',
  description: 'Old to new, over at most 92 days; what has ended is included.',
  calls: publications.listCalendar,
  present: presentPublications,
});
