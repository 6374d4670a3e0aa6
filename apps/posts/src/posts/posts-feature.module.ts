import { Module } from '@nestjs/common';
import { erasedBy, PlatformModule } from '#platform';
import { TextsModule } from '../texts/texts.module.ts';
import { PostHandler } from './post.handler.ts';
import { postMigrations } from './post.migration.ts';
import { PostService } from './post.service.ts';
import { PostRow, PostStore, PostVersionRow } from './post.store.ts';

/** Posts with their versions and the analysis of their text. Serves `posts.post.*` and `posts.post-version.*`. */
@Module({
  imports: [TextsModule, PlatformModule.forFeature({ entities: [PostRow, PostVersionRow], migrations: postMigrations })],
  controllers: [PostHandler],
  providers: [PostStore, PostService, erasedBy('posts.post', PostService, (posts, id) => posts.remove(id))],
  exports: [PostService, PostStore],
})
export class PostsFeatureModule {}
