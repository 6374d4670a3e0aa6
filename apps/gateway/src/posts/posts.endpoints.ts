/** The endpoints of posts, and of the analysis of texts that are not kept. */
import { posts, texts } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { presentPost, presentPosts } from './post-resource.ts';

const base = { tag: 'Posts', auth: 'user' } as const;
/** Units of a full analysis. */
const analysisCost = 3;
const example = { text: 'We are thrilled to announce our new office in Madrid! 🎉' };

export const analyzeTexts = endpoint({
  ...base,
  id: 'analyzeTexts',
  method: 'POST',
  path: '/v1/posts/analyze',
  summary: 'Analyse one text, or up to 1,000',
  description:
    'Nothing is kept. An item that cannot be analysed has a `problem` and no `analysis`; the others are answered. The body has at most 2 MiB, a text ' +
    'at most 100,000 UTF-16 units.',
  scope: 'read',
  cost: analysisCost,
  bodyLimitBytes: 2 * 1_024 ** 2,
  deadlineMs: 60_000,
  body: texts.analyzeTexts.request,
  responses: { 200: texts.analyzeTexts.reply },
  failures: ['service-unavailable', 'deadline-exceeded', 'overloaded'],
  example,
});

/** 20,000 units of text with every character escaped, and the owner's fields. */
const postBodyBytes = 256 * 1_024;

export const createPost = serviceEndpoint({
  ...base,
  method: 'POST',
  path: '/v1/posts',
  summary: 'Save a draft and analyse it',
  description: 'Without a `title` it gets its first line. A text has at most 20,000 UTF-16 units.',
  cost: analysisCost,
  bodyLimitBytes: postBodyBytes,
  calls: posts.createPost,
  present: presentPost,
  creates: true,
  example: { ...example, tags: ['launch'] },
});

export const listPosts = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/posts',
  summary: 'Your posts, newest first unless sorted otherwise',
  description:
    'A page of long posts may be shorter than `limit`; `nextCursor` tells whether more follow. `fields=analysis` adds the analyses.',
  calls: posts.listPosts,
  present: presentPosts,
});

export const getPost = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/posts/:postId',
  summary: 'One post with its analysis',
  calls: posts.getPost,
  present: presentPost,
});

export const updatePost = serviceEndpoint({
  ...base,
  method: 'PATCH',
  path: '/v1/posts/:postId',
  summary: 'Change the text, title, tags, metadata or your id of a post',
  description:
    'A JSON Merge Patch: what is absent stays, null removes `externalId` or a pair of `metadata`, a list replaces the list. A new text is analysed and ' +
    'becomes the next version. Send the `ETag` that you read in `If-Match`.',
  cost: analysisCost,
  bodyLimitBytes: postBodyBytes,
  calls: posts.updatePost,
  present: presentPost,
  example: { text: 'We are opening an office in Madrid.', metadata: { campaign: 'spring', draft: null } },
});

export const deletePost = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: '/v1/posts/:postId',
  summary: 'Delete a post and its versions',
  calls: posts.deletePost,
});

export const listPostVersions = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/posts/:postId/versions',
  summary: 'The texts that a post has had, newest first',
  description: 'The last 100 are kept.',
  calls: posts.listPostVersions,
});

export const getPostVersion = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/posts/:postId/versions/:version',
  summary: 'One text that a post has had',
  calls: posts.getPostVersion,
});

export const getPostVersionDiff = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/posts/:postId/versions/:version/diff',
  summary: 'What a version changed, by words',
  description:
    'Each change has the passage that stood in the version compared with and the one that stands in its place, with their spans. Changes that only ' +
    'white space parts are one. Of very many the nearest are merged.',
  calls: posts.getPostVersionDiff,
});

export const restorePostVersion = serviceEndpoint({
  ...base,
  method: 'POST',
  path: '/v1/posts/:postId/versions/:version/restore',
  summary: 'Restore an earlier version of a post',
  cost: analysisCost,
  calls: posts.restorePostVersion,
  present: presentPost,
});
