import { Module } from '@nestjs/common';
import { PostsFeatureModule } from '../posts/posts-feature.module.ts';
import { TextsModule } from '../texts/texts.module.ts';
import { AdviceHandler } from './advice.handler.ts';
import { AdviceService } from './advice.service.ts';

/** Advice on posts by rules. Serves `posts.post-advice.*` and `posts.post-variant.*`. */
@Module({ imports: [TextsModule, PostsFeatureModule], controllers: [AdviceHandler], providers: [AdviceService], exports: [AdviceService] })
export class AdviceModule {}
