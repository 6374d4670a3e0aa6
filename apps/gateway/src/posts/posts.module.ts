import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.ts';
import { JobsModule } from '../jobs/jobs.module.ts';
import { RewriteFeed } from './rewrite-feed.service.ts';
import { RewritingController } from './rewriting.controller.ts';
import { TextBatches } from './text-batches.service.ts';
import { TextsController } from './texts.controller.ts';

/** Serves `/v1/posts/analyze`, `/v1/posts/draft` and `/v1/posts/{id}/rewrite`; the other routes of posts only forward. */
@Module({
  imports: [IdentityModule, JobsModule],
  controllers: [TextsController, RewritingController],
  providers: [TextBatches, RewriteFeed],
})
export class PostsModule {}
