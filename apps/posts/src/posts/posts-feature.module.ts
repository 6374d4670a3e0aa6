import { Module } from '@nestjs/common';
import { erasedBy, PlatformModule } from '#platform';
import { TextsModule } from '../texts/texts.module.ts';
import { PostHandler } from './post.handler.ts';
import { postMigrations } from './post.migration.ts';
import { PostService } from './post.service.ts';
import { PostRow, PostStore, PostVersionRow } from './post.store.ts';
import { PostVersionService } from './post-version.service.ts';

/** Posts with their versions and the analysis of their text. Serves `posts.post.*`, `posts.post-version.*` and `posts.post-version-diff.*`. */
@Module({
  imports: [TextsModule, PlatformModule.forFeature({ entities: [PostRow, PostVersionRow], migrations: postMigrations })],
  controllers: [PostHandler],
  providers: [PostStore, PostService, PostVersionService, erasedBy('posts.post', PostService, (posts, id) => posts.remove(id))],
  exports: [PostService, PostStore],
})
export class PostsFeatureModule {}
