/** Posts: texts on their way from draft to published, with an analysis of each. */
import * as z from 'zod';
import { attachmentsPerPost } from './attachments.ts';
import type { FailureTable } from './failure-table.ts';
import { list } from './list.ts';
import { createFailures, ifRevision, newOwnerFields, ownerChanges, resource, updateFailures } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { textAnalysis } from './text-analysis.ts';
import { integer, text } from './values.ts';

export const postMaxLength = 20_000;

export const postFailures = {
  'post-not-found': {
    status: 404,
    title: 'Post not found',
    page: 'Your account has no such post. It may have been deleted, or belong to another account.',
  },
  'post-version-not-found': {
    status: 404,
    title: 'The post has no such version',
    page: 'Versions are counted from 1; the list of versions shows those that are kept.',
  },
} as const satisfies FailureTable;

export const postStatuses = ['draft', 'scheduled', 'published'] as const;

const body = text({ min: 1, max: postMaxLength }).meta({
  description: 'The text as it is to be published.',
  examples: ['We are thrilled to announce our new office in Madrid! 🎉'],
});

const attachmentIds = z
  .array(z.uuid())
  .max(attachmentsPerPost)
  .refine((ids) => new Set(ids).size === ids.length, { error: 'must not repeat an id' })
  .meta({
    description: `Up to ${attachmentsPerPost} attachments of yours, in the order in which they are shown.`,
    examples: [['0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10']],
  });

export const post = resource('post', {
  text: z.string().meta({ description: 'The text.', examples: ['We are thrilled to announce our new office in Madrid! 🎉'] }),
  status: z.enum(postStatuses).meta({ examples: ['draft'] }),
  language: z.string().meta({ description: 'ISO 639-1, or `und`.', examples: ['en'] }),
  version: integer({ min: 1, max: 1_000_000 }).meta({ description: 'Counts the texts that it has had.', examples: [1] }),
  attachmentIds: z.array(z.uuid()).meta({ description: 'Its attachments, in the order in which they are shown.', examples: [[]] }),
  sentimentLabel: textAnalysis.shape.sentiment
    .unwrap()
    .shape.label.nullable()
    .meta({ examples: ['positive'] }),
  toneLabel: textAnalysis.shape.tone
    .unwrap()
    .shape.label.nullable()
    .meta({ examples: ['enthusiastic'] }),
  analysis: textAnalysis.nullable().meta({ description: 'The analysis of the text.' }),
}).meta({ id: 'Post', description: 'A post with its analysis.' });
export type Post = Unchanging<z.output<typeof post>>;

const postId = z.strictObject({ postId: z.uuid() });

/** Analyses and saves; the row is committed before anything is cached. */
export const createPost = rpc({
  subject: 'posts.post.create.v1',
  request: z.strictObject({ text: body, attachmentIds: attachmentIds.optional(), ...newOwnerFields }),
  reply: post,
  failures: ['attachment-not-found', ...createFailures],
  deadlineMs: 10_000,
});

export const getPost = rpc({
  subject: 'posts.post.get.v1',
  request: postId,
  reply: post,
  failures: ['post-not-found'],
  deadlineMs: 5_000,
});

export const listPosts = rpc({
  subject: 'posts.post.list.v1',
  ...list({
    item: post,
    filters: {
      status: z.enum(postStatuses).optional().meta({ description: 'Only posts in this status.' }),
      language: text({ min: 2, max: 3 })
        .optional()
        .meta({ description: 'Only posts in this language.', examples: ['es'] }),
      sentimentLabel: textAnalysis.shape.sentiment.unwrap().shape.label.optional().meta({ description: 'Only posts with this sentiment.' }),
      toneLabel: textAnalysis.shape.tone.unwrap().shape.label.optional().meta({ description: 'Only posts with this tone.' }),
    },
    sorts: ['createdAt', 'updatedAt', 'title'],
    searches: 'title and text',
    fields: ['analysis'],
  }),
  failures: [],
  deadlineMs: 5_000,
});

export const updatePost = rpc({
  subject: 'posts.post.update.v1',
  request: z.strictObject({
    ...postId.shape,
    ...ifRevision,
    ...ownerChanges,
    text: body.optional(),
    attachmentIds: attachmentIds.optional(),
  }),
  reply: post,
  failures: ['post-not-found', 'attachment-not-found', ...updateFailures],
  deadlineMs: 10_000,
});

export const deletePost = rpc({
  subject: 'posts.post.delete.v1',
  request: z.strictObject({ ...postId.shape, ...ifRevision }),
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['post-not-found', 'precondition-failed'],
  deadlineMs: 5_000,
});

export const postVersion = z
  .object({
    version: integer({ min: 1, max: 1_000_000 }).meta({ examples: [1] }),
    text: z.string().meta({ description: 'The text of that version.' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'PostVersion', description: 'A text that a post has had.' });

/** New to old; the newest one is the text of the post. */
export const listPostVersions = rpc({
  subject: 'posts.post-version.list.v1',
  request: z.strictObject({
    ...postId.shape,
    cursor: text({ max: 200 }).optional().meta({ description: '`nextCursor` of the page before.' }),
    limit: integer({ min: 1, max: 100 }).default(20).meta({ description: 'Items a page.' }),
  }),
  reply: z.object({
    items: z.array(postVersion),
    nextCursor: z.string().nullable().meta({ description: 'Give it as `cursor` for the next page; null on the last one.' }),
  }),
  failures: ['post-not-found'],
  deadlineMs: 5_000,
});

/** Makes the text of an earlier version the newest one. */
export const restorePostVersion = rpc({
  subject: 'posts.post-version.restore.v1',
  request: z.strictObject({
    ...postId.shape,
    ...ifRevision,
    version: integer({ min: 1, max: 1_000_000 }).meta({ description: 'The version to restore.', examples: [1] }),
  }),
  reply: post,
  failures: ['post-not-found', 'post-version-not-found', 'precondition-failed'],
  deadlineMs: 10_000,
});
