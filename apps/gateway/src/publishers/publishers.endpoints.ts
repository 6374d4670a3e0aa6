/** The endpoints of publishers and of the accounts that are connected there. */
import { publishers } from '#contracts';
import { presentResource } from '../http/presenter.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

const base = { tag: 'Publishers', auth: 'user' } as const;

const presentAccount = presentResource({
  id: 'PublisherAccountResource',
  of: publishers.publisherAccount,
  links: { self: '/v1/publishers/accounts/{id}' },
});

export const listPublishers = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/publishers',
  summary: 'Publishers and your connected accounts',
  calls: publishers.listPublishers,
});

export const connectPublisher = serviceEndpoint({
  ...base,
  method: 'POST',
  path: '/v1/publishers/:name/connect',
  summary: 'Connect an account',
  description:
    'LinkedIn: open `authorizationUrl` in a browser within ten minutes; the provider sends the browser back to `/v1/publishers/linkedin/callback`. ' +
    'Webhook: the address is connected at once, and `signingSecret` is shown this once.',
  scope: 'account',
  calls: publishers.connectPublisher,
  example: { author: 'person' },
});

export const completePublisherConnection = serviceEndpoint({
  ...base,
  id: 'confirmPublisherConnection',
  auth: 'open',
  method: 'GET',
  path: '/v1/publishers/:name/callback',
  summary: 'OAuth callback of a publisher',
  description: 'The `state` says whose connection it is. It can be used once, within ten minutes.',
  cacheControl: 'no-store',
  calls: publishers.completeConnection,
});

export const getPublisherAccount = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/publishers/accounts/:accountId',
  summary: 'One account',
  calls: publishers.getPublisherAccount,
  present: presentAccount,
});

export const deletePublisherAccount = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: '/v1/publishers/accounts/:accountId',
  summary: 'Disconnect an account',
  description: 'Its tokens are deleted, and what waits to be published through it is cancelled.',
  calls: publishers.deletePublisherAccount,
});
