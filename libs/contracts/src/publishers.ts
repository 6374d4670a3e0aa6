/** Publishers: networks and addresses elsewhere that posts are published to, and the accounts there that an owner has connected. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { onlyPage } from './list.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { exactText, integer, label, token } from './values.ts';

/** Longest text of a LinkedIn post, in UTF-16 units. */
export const linkedinMaxUnits = 3_000;

export const publisherFailures = {
  'publisher-account-not-found': {
    status: 404,
    title: 'Account not found',
    page: 'You have connected no such account. It may have been disconnected, or belong to another user.',
  },
  'publisher-not-configured': {
    status: 409,
    title: 'This publisher is not configured',
    page: 'The operator of this installation has not set the credentials of this publisher. `docs/operations.md` says which settings it needs.',
  },
  'publisher-refused': {
    status: 422,
    title: 'The publisher refused the connection',
    page:
      'The provider did not grant access: somebody cancelled, the code was used or has expired, or the application lacks a permission. Begin again ' +
      'with `POST /v1/publishers/{name}/connect`.',
  },
  'publisher-unreachable': {
    status: 503,
    title: 'The publisher does not answer',
    page: 'The provider did not answer in time, or answered with an error of its own. Try again later.',
  },
  'connect-state-invalid': {
    status: 422,
    title: 'This connection was not begun here',
    page:
      'The `state` of the callback is unknown: it was used already, is older than ten minutes, or belongs to another publisher. Begin again with ' +
      '`POST /v1/publishers/{name}/connect`.',
  },
  'publisher-connection-not-found': {
    status: 404,
    title: 'No such connection waits for you',
    page:
      'Nothing of yours waits for this `state` and `confirmation`: the values are wrong, were used already or are older than ten minutes, or another ' +
      'account began the connection. After five wrong values a connection ends. Begin again with `POST /v1/publishers/{name}/connect`.',
  },
  'too-many-publisher-accounts': {
    status: 409,
    title: 'You have as many accounts as you may have',
    page: 'An account of Ráfaga connects at most 50 accounts elsewhere. Disconnect one that you do not need.',
  },
} as const satisfies FailureTable;

export const publisherNames = ['linkedin', 'webhook'] as const;
export type PublisherName = (typeof publisherNames)[number];
export const publisherAccountsMax = 50;

export const authorKinds = ['person', 'organisation', 'address'] as const;
export const accountStatuses = ['connected', 'expired', 'revoked'] as const;

const name = z.enum(publisherNames).meta({ description: 'Name of the publisher.', examples: ['linkedin'] });

export const publisherAccount = z
  .object({
    id: z.uuid(),
    kind: z.literal('publisher-account'),
    publisher: name,
    title: z.string().meta({ description: 'Its name there.', examples: ['Ana Ruiz'] }),
    author: z
      .object({
        kind: z.enum(authorKinds).meta({ description: 'Who publishes.', examples: ['person'] }),
        id: z.string().meta({ description: 'Its id there, or the address that posts are sent to.', examples: ['urn:li:person:782bbtaQ'] }),
      })
      .meta({ description: 'The author of what is published through it.' }),
    status: z.enum(accountStatuses).meta({
      description: '`expired`, `revoked`: connect it again; until then nothing is published through it.',
      examples: ['connected'],
    }),
    scopes: z.array(z.string()).meta({ description: 'What the provider permits.', examples: [['w_member_social']] }),
    accessUntil: z.iso
      .datetime()
      .nullable()
      .meta({
        description: 'Until when it can be used without connecting again; null: without end.',
        examples: ['2027-01-31T12:00:00.000Z'],
      }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'PublisherAccount', description: 'An account elsewhere that posts are published through.' });
export type PublisherAccount = Unchanging<z.output<typeof publisherAccount>>;

const account = publisherAccount;

export const publisher = z
  .object({
    name,
    title: z.string().meta({ description: 'Its name for people.', examples: ['LinkedIn'] }),
    state: z.enum(['ready', 'not-configured']).meta({ description: '`not-configured`: the operator has not set its credentials.' }),
    connectBy: z.enum(['authorization', 'address']).meta({
      description: '`authorization`: the owner of the account permits it at the provider; `address`: you name the address.',
    }),
    textMaxUnits: integer({ min: 1, max: 1_000_000 }).meta({ description: 'Longest text, in UTF-16 units.', examples: [3_000] }),
    attachmentsMax: integer({ min: 0, max: 100 }).meta({ description: 'Most attachments of a post.', examples: [20] }),
    accounts: z.array(account).meta({ description: 'Your accounts there.' }),
  })
  .meta({ id: 'Publisher', description: 'Where posts can be published.' });
export type Publisher = Unchanging<z.output<typeof publisher>>;

export const listPublishers = rpc({
  subject: 'posts.publisher.list.v1',
  request: z.strictObject({}),
  reply: z.object({ items: z.array(publisher), nextCursor: onlyPage }).meta({ id: 'PublisherList' }),
  failures: [],
  deadlineMs: 5_000,
});

const address = exactText({ min: 1, max: 2_000 });

/** Begins a connection at a provider, or connects an address at once. */
export const connectPublisher = rpc({
  subject: 'posts.publisher.connect.v1',
  request: z.strictObject({
    name,
    author: z
      .enum(['person', 'organisation'])
      .optional()
      .meta({ description: 'LinkedIn: yourself, or the organisations that you administer; a person unless given.', examples: ['person'] }),
    url: address.optional().meta({ description: 'Webhook: where posts are sent.', examples: ['https://example.org/posts'] }),
    readBackUrl: address.optional().meta({
      description: 'Webhook: where a post is read back from, with `{id}` in it; without it posts end as `accepted`.',
      examples: ['https://example.org/posts/{id}'],
    }),
    title: label({ max: 200 })
      .optional()
      .meta({ description: 'Webhook: its name.', examples: ['Newsroom'] }),
  }),
  reply: z
    .object({
      authorizationUrl: z
        .string()
        .nullable()
        .meta({
          description: 'Open it in the browser of the owner of the account; null where nothing has to be permitted.',
          examples: ['https://www.linkedin.com/oauth/v2/authorization?response_type=code&state=x'],
        }),
      expiresAt: z.iso
        .datetime()
        .nullable()
        .meta({ description: 'Until when that address can be used.', examples: ['2026-01-31T12:10:00.000Z'] }),
      account: account.nullable().meta({ description: 'The account, where it is connected already.' }),
      signingSecret: z
        .string()
        .nullable()
        .meta({
          description: 'Webhook: verifies the signatures (Standard Webhooks); shown this once.',
          examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
        }),
    })
    .meta({ id: 'PublisherConnection' }),
  failures: ['publisher-not-configured', 'too-many-publisher-accounts', 'request-invalid', 'address-refused', 'remote-unreachable'],
  deadlineMs: 15_000,
});

const connectState = token({ max: 200 }).meta({ description: 'As the provider was given it.', examples: ['l7mZ0b3y'] });
const confirmation = token({ max: 200 }).meta({
  description: 'Shows that you are the one whom the provider sent back. It works once.',
  examples: ['9o1Y2d3e4f5gDq0v3lq3n1m2fQpZp0m0QmE3V8Jc9Qb'],
});

/** For the browser that the provider sends back; nothing is connected yet. */
export const publisherConfirmation = z
  .object({
    publisher: name,
    state: connectState,
    confirmation,
    expiresAt: z.iso
      .datetime()
      .meta({ description: 'Until when the connection can be confirmed.', examples: ['2026-01-31T12:20:00.000Z'] }),
  })
  .meta({ id: 'PublisherConfirmation', description: 'What confirms a connection that a provider permits.' });
export type PublisherConfirmation = Unchanging<z.output<typeof publisherConfirmation>>;

/**
 * What the provider sends the browser back with. Anybody may call it, and it connects nothing: whoever permitted the connection may be somebody else
 * than who began it (RFC 6749 §10.12, RFC 9700 §4.7). `state` can be used once.
 */
export const receivePublisherConnection = rpc({
  subject: 'posts.publisher-connection.receive.v1',
  request: z.strictObject({
    name,
    state: connectState,
    code: exactText({ min: 1, max: 4_000 })
      .optional()
      .meta({ description: 'The provider permits it.', examples: ['AQTc2n'] }),
    error: exactText({ max: 200 })
      .optional()
      .meta({ description: 'The provider refuses it.', examples: ['user_cancelled_authorize'] }),
    error_description: exactText({ max: 2_000 })
      .optional()
      .meta({ description: 'Why it refuses.', examples: ['The user cancelled.'] }),
  }),
  reply: z.object({
    ...publisherConfirmation.shape,
    /** Where this installation sends the browser on to, `state` and `confirmation` included; null: nowhere. */
    returnUrl: z.string().nullable(),
  }),
  failures: ['publisher-not-configured', 'connect-state-invalid', 'publisher-refused', 'publisher-unreachable', 'request-invalid'],
  deadlineMs: 14_000,
});

/** The owner who began a connection confirms what came back from the provider. */
export const createPublisherConnection = rpc({
  subject: 'posts.publisher-connection.create.v1',
  request: z.strictObject({ name, state: connectState, confirmation }),
  reply: z
    .object({ accounts: z.array(account).meta({ description: 'What is connected now.' }) })
    .meta({ id: 'PublisherConnected', description: 'The accounts that are connected now.' }),
  failures: ['publisher-not-configured', 'publisher-connection-not-found', 'too-many-publisher-accounts', 'request-invalid'],
  deadlineMs: 5_000,
});

const accountId = z.strictObject({ accountId: z.uuid().meta({ description: 'Id of the account.' }) });

export const getPublisherAccount = rpc({
  subject: 'posts.publisher-account.get.v1',
  request: accountId,
  reply: account,
  failures: ['publisher-account-not-found'],
  deadlineMs: 5_000,
});

/** Forgets the account and its tokens; what is scheduled through it is cancelled. */
export const deletePublisherAccount = rpc({
  subject: 'posts.publisher-account.delete.v1',
  request: accountId,
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['publisher-account-not-found'],
  deadlineMs: 10_000,
});
