import { Controller } from '@nestjs/common';
import { createPost, deletePost, getPost, listPosts, listPostVersions, type RequestOf, restorePostVersion, updatePost } from '#contracts';
import { Handles } from '#platform';
import { PostService } from './post.service.ts';

@Controller()
export class PostHandler {
  constructor(private readonly posts: PostService) {}

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
    return this.posts.versions(request);
  }

  @Handles(restorePostVersion)
  restore(request: RequestOf<typeof restorePostVersion>) {
    return this.posts.restore(request);
  }
}
