/** Posts: texts on their way from draft to published, with an analysis of each. */
import * as z from 'zod';
import { attachmentsPerPost } from './attachments.ts';
import type { FailureTable } from './failure-table.ts';
import { list, page } from './list.ts';
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
    ...page,
  }),
  reply: z.object({
    items: z.array(postVersion),
    nextCursor: z.string().nullable().meta({ description: 'Give it as `cursor` for the next page; null on the last one.' }),
  }),
  failures: ['post-not-found'],
  deadlineMs: 5_000,
});

const versionNumber = integer({ min: 1, max: 1_000_000 });
const version = versionNumber.meta({ description: 'Which of its texts, counted from 1.', examples: [2] });

export const getPostVersion = rpc({
  subject: 'posts.post-version.get.v1',
  request: z.strictObject({ ...postId.shape, version }),
  reply: postVersion,
  failures: ['post-not-found', 'post-version-not-found'],
  deadlineMs: 5_000,
});

/** More changes than this are merged with their neighbours. */
export const textChangesMax = 1_000;

const passage = z
  .object({
    start: z
      .number()
      .int()
      .nonnegative()
      .meta({ description: 'First UTF-16 unit of the passage.', examples: [8] }),
    end: z
      .number()
      .int()
      .nonnegative()
      .meta({ description: 'After its last UTF-16 unit.', examples: [17] }),
    text: z.string().meta({ description: 'The passage; empty where nothing stands.', examples: ['an office'] }),
  })
  .meta({ id: 'TextPassage', description: 'A passage of a text.' });
const wordCount = z.number().int().nonnegative();

/** Compares by words: two texts, and what to replace in the one to get the other. */
export const getPostVersionDiff = rpc({
  subject: 'posts.post-version-diff.get.v1',
  request: z.strictObject({
    ...postId.shape,
    version,
    against: versionNumber.optional().meta({ description: 'The version to compare with; the one before unless given.', examples: [1] }),
  }),
  reply: z
    .object({
      from: versionNumber.meta({ description: 'The version that is compared with.', examples: [1] }),
      to: version,
      changes: z
        .array(
          z.object({
            from: passage.meta({ description: 'What stood in the version that is compared with; empty: something is new.' }),
            to: passage.meta({ description: 'What stands in its place; empty: something is gone.' }),
          }),
        )
        .max(textChangesMax)
        .meta({ description: 'In the order of the texts; empty where they are equal.' }),
      wordsRemoved: wordCount.meta({ description: 'Words in what stood there.', examples: [2] }),
      wordsAdded: wordCount.meta({ description: 'Words in what stands there now.', examples: [3] }),
    })
    .meta({ id: 'PostVersionDiff', description: 'What differs between two texts of a post, by words.' }),
  failures: ['post-not-found', 'post-version-not-found'],
  deadlineMs: 5_000,
});

/** Makes the text of an earlier version the newest one. */
export const restorePostVersion = rpc({
  subject: 'posts.post-version.restore.v1',
  request: z.strictObject({
    ...postId.shape,
    ...ifRevision,
    version: versionNumber.meta({ description: 'The version to restore.', examples: [1] }),
  }),
  reply: post,
  failures: ['post-not-found', 'post-version-not-found', 'precondition-failed'],
  deadlineMs: 10_000,
});
