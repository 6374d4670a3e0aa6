/** The endpoints of advice: on a post, and on variants side by side. */
import { postAdvices } from '#contracts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

const base = { tag: 'Posts', auth: 'user' } as const;

export const getPostAdvice = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/posts/:postId/advice',
  summary: 'Advice on a post, with evidence',
  description: 'Rules about length, layout, content and style, written for LinkedIn. The score is the weighted mean of the parts.',
  calls: postAdvices.getPostAdvice,
});

export const comparePosts = serviceEndpoint({
  ...base,
  id: 'comparePosts',
  method: 'POST',
  path: '/v1/posts/compare',
  summary: 'Compare up to five variants of a text',
  description: 'Nothing is kept. Every variant gets its advice.',
  scope: 'read',
  cost: 9,
  bodyLimitBytes: 1_024 ** 2,
  calls: postAdvices.comparePosts,
  example: { variants: ['We opened an office in Madrid.', 'What does Madrid taste like? Join us on 3 May. #launch'] },
});
