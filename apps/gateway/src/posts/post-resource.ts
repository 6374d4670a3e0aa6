/** A post as clients see it. */
import { listPosts, post } from '#contracts';
import { presentList, presentResource } from '../http/presenter.ts';

export const presentPost = presentResource({
  id: 'PostResource',
  of: post,
  links: { self: '/v1/posts/{id}', versions: '/v1/posts/{id}/versions', advice: '/v1/posts/{id}/advice' },
});

export const presentPosts = presentList(presentPost, listPosts);
