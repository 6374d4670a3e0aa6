import { Controller } from '@nestjs/common';
import {
  createPost,
  deletePost,
  getPost,
  getPostVersion,
  getPostVersionDiff,
  listPosts,
  listPostVersions,
  type RequestOf,
  restorePostVersion,
  updatePost,
} from '#contracts';
import { Handles } from '#platform';
import { PostService } from './post.service.ts';
import { PostVersionService } from './post-version.service.ts';

@Controller()
export class PostHandler {
  constructor(
    private readonly posts: PostService,
    private readonly postVersions: PostVersionService,
  ) {}

  @Handles(createPost)
  create(request: RequestOf<typeof createPost>) {
    return this.posts.create(request);
  }

  @Handles(getPost)
  get({ postId }: RequestOf<typeof getPost>) {
    return this.posts.get(postId);
  }

  @Handles(listPosts)
  list(request: RequestOf<typeof listPosts>) {
    return this.posts.list(request);
  }

  @Handles(updatePost)
  update(changes: RequestOf<typeof updatePost>) {
    return this.posts.update(changes);
  }

  @Handles(deletePost)
  async remove({ postId, ifRevision }: RequestOf<typeof deletePost>) {
    await this.posts.remove(postId, ifRevision);
    return { deleted: true as const };
  }

  @Handles(listPostVersions)
  versions(request: RequestOf<typeof listPostVersions>) {
    return this.postVersions.list(request);
  }

  @Handles(getPostVersion)
  version(request: RequestOf<typeof getPostVersion>) {
    return this.postVersions.get(request);
  }

  @Handles(getPostVersionDiff)
  diff(request: RequestOf<typeof getPostVersionDiff>) {
    return this.postVersions.compare(request);
  }

  @Handles(restorePostVersion)
  restore(request: RequestOf<typeof restorePostVersion>) {
    return this.postVersions.restore(request);
  }
}
