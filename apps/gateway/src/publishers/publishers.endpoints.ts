/** The endpoints of publishers and of the accounts that are connected there. */
import * as z from 'zod';
import { headerText, publishers } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
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
    'LinkedIn: open `authorizationUrl` in your browser within ten minutes; the provider sends it back to `/v1/publishers/linkedin/callback`, whose answer ' +
    'you confirm with `POST /v1/publishers/linkedin/connections`. ' +
    'Webhook: the address is connected at once, and `signingSecret` is shown this once.',
  scope: 'account',
  calls: publishers.connectPublisher,
  example: { author: 'person' },
});

const ofServices = ['service-unavailable', 'deadline-exceeded'] as const;
const { name, state, code, error, error_description } = publishers.receivePublisherConnection.request.shape;

export const receivePublisherConnection = endpoint({
  ...base,
  id: 'receivePublisherConnection',
  auth: 'open',
  method: 'GET',
  path: '/v1/publishers/:name/callback',
  summary: 'OAuth callback of a publisher',
  description:
    'Where a provider sends the browser back. Nothing is connected yet: the account that began confirms it with `POST /v1/publishers/{name}/connections`, ' +
    'so that nobody connects an account of somebody whom he sent the address. `state` can be used once, within ten minutes.',
  cacheControl: 'no-store',
  params: z.strictObject({ name }),
  query: z.strictObject({ state, code, error, error_description }),
  headers: z.object({ accept: headerText(1_024).optional() }),
  responses: {
    200: {
      description: 'What confirms the connection: JSON for programs, a page for browsers (`Accept: text/html`).',
      contentType: 'application/json',
      alsoAs: ['text/html'],
      schema: z.union([publishers.publisherConfirmation, z.string().meta({ description: 'As HTML.' })]),
    },
    303: {
      description: 'Where the operator has set a page: the browser goes on there.',
      headers: { Location: 'That page, with `state` and `confirmation` in its query.' },
    },
  },
  failures: [...publishers.receivePublisherConnection.failures, ...ofServices],
});

const { confirmation } = publishers.createPublisherConnection.request.shape;

export const createPublisherConnection = endpoint({
  ...base,
  id: 'createPublisherConnection',
  method: 'POST',
  path: '/v1/publishers/:name/connections',
  summary: 'Confirm a connection',
  description:
    'With what the callback answered to the browser, within ten minutes and once. Only the account that began the connection can confirm it.',
  scope: 'account',
  params: z.strictObject({ name }),
  body: z.strictObject({ state, confirmation }),
  responses: {
    201: {
      description: 'The accounts that are connected now.',
      contentType: 'application/json',
      schema: publishers.createPublisherConnection.reply,
      headers: { Location: 'The account; of several organisations the first one.' },
    },
  },
  failures: [...publishers.createPublisherConnection.failures, ...ofServices],
  example: { state: 'l7mZ0b3y', confirmation: '9o1Y2d3e4f5gDq0v3lq3n1m2fQpZp0m0QmE3V8Jc9Qb' },
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
