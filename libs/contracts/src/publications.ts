/** Publications: a post on its way to an account elsewhere, now or at a due time, until it is known what became of it. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { publisherNames } from './publishers.ts';
import { resourceProblem } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { cursor, integer, text, timestamp } from './values.ts';

export const publicationFailures = {
  'publication-not-found': {
    status: 404,
    title: 'Publication not found',
    page: 'The post has no such publication. It may belong to another account.',
  },
  'publication-in-the-past': {
    status: 422,
    title: 'The due time has passed',
    page: 'A post is scheduled for a moment to come, at most two years ahead. Leave `dueAt` and `localTime` out to publish at once.',
  },
  'publication-not-open': {
    status: 409,
    title: 'This publication has begun or ended',
    page: 'Only a publication that waits for its due time can be cancelled or moved. Read it to see what became of it.',
  },
  'publication-duplicate': {
    status: 409,
    title: 'The same text is on its way to this account',
    page:
      'A publication of the same text to the same account waits, is under way, or has ended within a day. Networks refuse duplicates, also of posts ' +
      'that were deleted. Change the text, or send `allowDuplicate: true`.',
  },
  'post-not-publishable': {
    status: 422,
    title: 'The post does not fit this publisher',
    page: 'The text is longer than the publisher takes, or there are too many attachments or some that it does not show. `GET /v1/publishers` tells its limits.',
  },
  'too-many-publications': {
    status: 409,
    title: 'Too many publications wait',
    page: 'At most 1,000 publications of an account wait at a time. Cancel some, or let them be published.',
  },
  'publisher-token-revoked': {
    status: 409,
    title: 'The account has to be connected again',
    page: 'The permission of the account was withdrawn, or has expired for good. Connect it again with `POST /v1/publishers/{name}/connect`, then publish again.',
  },
  'publisher-version-expired': {
    status: 502,
    title: 'The provider no longer answers this version of its API',
    page: 'The operator sets a newer version (`LINKEDIN_VERSION`, `YYYYMM`) and restarts the posts service; then publish again.',
  },
  'publisher-rejected-post': {
    status: 422,
    title: 'The provider refused the post',
    page: 'The answer of the provider is in `detail`. Change the post and publish again.',
  },
  'publisher-unreadable': {
    status: 409,
    title: 'The provider does not let the post be read back',
    page: 'The provider has taken the post and named it. Whether it shows it cannot be checked: the permission of the account does not include reading.',
  },
  'publication-unconfirmed': {
    status: 409,
    title: 'The post was not seen at the provider',
    page:
      'The provider has taken the post, or may have, and does not show it. It is looked for again at `nextAttemptAt`, over two days. It is not sent ' +
      'twice. Look at the account; publish again only if it is not there.',
  },
  'publisher-duplicate': {
    status: 409,
    title: 'The provider knows this text already',
    page:
      'The provider refuses a text that the same author has published before, also when that post was deleted. Change the text and publish again; ' +
      'trying again does not help.',
  },
} as const satisfies FailureTable;

/** `unconfirmed`: the provider has taken it, or may have, and it has not been seen there yet. */
export const openPublicationStatuses = ['scheduled', 'publishing', 'unconfirmed', 'rate-limited', 'retrying'] as const;
export const endedPublicationStatuses = [
  'published',
  'accepted',
  'duplicate',
  'revoked',
  'version-expired',
  'failed',
  'cancelled',
] as const;
export const publicationStatuses = [...openPublicationStatuses, ...endedPublicationStatuses] as const;
export type PublicationStatus = (typeof publicationStatuses)[number];

/** Furthest due time: two years. */
export const scheduleMaxDays = 731;
export const openPublicationsMax = 1_000;

const timeZone = text({ min: 1, max: 64 }).meta({
  description: 'IANA time zone, kept with the due time; `UTC` unless given.',
  examples: ['Europe/Madrid'],
});
const when = {
  dueAt: timestamp()
    .optional()
    .meta({ description: 'When to publish (RFC 3339); or `localTime`. Without both: at once.', examples: ['2027-03-01T08:00:00.000Z'] }),
  localTime: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/, { error: 'must read YYYY-MM-DDTHH:MM' })
    .optional()
    .meta({
      description:
        'When to publish on the clocks of `timeZone`. A time that a clock change leaves out is moved on by the change, one that comes twice is the first.',
      examples: ['2027-03-01T09:00'],
    }),
  timeZone: timeZone.optional(),
};

export const publication = z
  .object({
    id: z.uuid(),
    kind: z.literal('publication'),
    postId: z.uuid().meta({ description: 'Id of the post.' }),
    accountId: z.uuid().meta({ description: 'Id of the account that it is published through.' }),
    publisher: z.enum(publisherNames).meta({ description: 'Name of the publisher.', examples: ['linkedin'] }),
    status: z.enum(publicationStatuses).meta({
      description:
        '`published`: it was read back and the text is the same. `accepted`: the provider took it and does not let it be read back. `unconfirmed`: ' +
        'it has not been seen there yet; `nextAttemptAt` says when it is looked for again.',
      examples: ['published'],
    }),
    dueAt: z.iso.datetime().meta({ description: 'When it is or was to be published.', examples: ['2027-03-01T08:00:00.000Z'] }),
    timeZone: timeZone,
    localTime: z.string().meta({ description: 'The due time on the clocks of `timeZone`.', examples: ['2027-03-01T09:00:00'] }),
    text: z
      .string()
      .nullable()
      .meta({ description: 'The text that was sent; null before.', examples: ['We opened an office in Madrid.'] }),
    providerId: z
      .string()
      .nullable()
      .meta({ description: 'Id of the post at the provider.', examples: ['urn:li:share:6844785523593134080'] }),
    url: z
      .string()
      .nullable()
      .meta({ description: 'Where it can be seen.', examples: ['https://www.linkedin.com/feed/update/urn:li:share:6844785523593134080'] }),
    problem: resourceProblem.nullable().meta({ description: 'Why it is not published, or what it waits for.' }),
    attempts: integer({ min: 0, max: 1_000 }).meta({ description: 'How often it has been sent.', examples: [1] }),
    nextAttemptAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When it is sent or looked for next; null when it has ended.', examples: ['2027-03-01T08:01:00.000Z'] }),
    publishedAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When the provider took it; null before.', examples: ['2027-03-01T08:00:01.000Z'] }),
    metadata: z.record(z.string(), z.string()).meta({ description: 'The pairs of the post.', examples: [{ project: 'spring' }] }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Publication', description: 'A post on its way to an account elsewhere.' });
export type Publication = Unchanging<z.output<typeof publication>>;

const postId = z.uuid();
const publicationId = z.uuid().meta({ description: 'Id of the publication.', examples: ['0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10'] });

export const publishPost = rpc({
  subject: 'posts.post.publish.v1',
  request: z.strictObject({
    postId,
    accountId: z.uuid().meta({ description: 'Account to publish through; `GET /v1/publishers` lists yours.' }),
    ...when,
    allowDuplicate: z
      .boolean()
      .optional()
      .meta({ description: 'Publish although the same text is on its way there.', examples: [false] }),
  }),
  reply: publication,
  failures: [
    'post-not-found',
    'publisher-account-not-found',
    'publisher-not-configured',
    'publisher-token-revoked',
    'publication-in-the-past',
    'publication-duplicate',
    'post-not-publishable',
    'too-many-publications',
    'request-invalid',
  ],
  deadlineMs: 10_000,
});

const page = {
  cursor: cursor().optional().meta({ description: '`nextCursor` of the page before.' }),
  limit: integer({ min: 1, max: 50 }).default(20).meta({ description: 'Items a page.' }),
};
const reply = z.object({
  items: z.array(publication),
  nextCursor: z.string().nullable().meta({ description: 'Give it as `cursor` for the next page; null on the last one.' }),
});

/** Newest first. */
export const listPublications = rpc({
  subject: 'posts.publication.list.v1',
  request: z.strictObject({ postId, ...page }),
  reply,
  failures: ['post-not-found', 'request-invalid'],
  deadlineMs: 5_000,
});

/** For events: by its id alone. */
export const findPublication = rpc({
  subject: 'posts.publication.find.v1',
  request: z.strictObject({ publicationId }),
  reply: publication,
  failures: ['publication-not-found'],
  deadlineMs: 5_000,
});

export const getPublication = rpc({
  subject: 'posts.publication.get.v1',
  request: z.strictObject({ postId, publicationId }),
  reply: publication,
  failures: ['publication-not-found'],
  deadlineMs: 5_000,
});

/** Moves the due time. */
export const updatePublication = rpc({
  subject: 'posts.publication.update.v1',
  request: z.strictObject({ postId, publicationId, ...when }),
  reply: publication,
  failures: ['publication-not-found', 'publication-not-open', 'publication-in-the-past', 'request-invalid'],
  deadlineMs: 5_000,
});

/** Ends it before it is sent. */
export const cancelPublication = rpc({
  subject: 'posts.publication.cancel.v1',
  request: z.strictObject({ postId, publicationId }),
  reply: publication,
  failures: ['publication-not-found', 'publication-not-open'],
  deadlineMs: 5_000,
});

export const calendarMaxDays = 92;

/** By due time, old to new. */
export const listCalendar = rpc({
  subject: 'posts.calendar.list.v1',
  request: z.strictObject({
    from: timestamp().meta({ description: 'Publications due at this moment or later.', examples: ['2027-03-01T00:00:00.000Z'] }),
    to: timestamp().meta({
      description: 'Publications due before this moment; at most 92 days after `from`.',
      examples: ['2027-04-01T00:00:00.000Z'],
    }),
    ...page,
  }),
  reply,
  failures: ['request-invalid'],
  deadlineMs: 5_000,
});
