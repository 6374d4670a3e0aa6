import { Module } from '@nestjs/common';
import { PlatformModule, removedBy } from '#platform';
import { AdviceModule } from '../advice/advice.module.ts';
import { PostsFeatureModule } from '../posts/posts-feature.module.ts';
import { LlmBudgetStore, llmBudgetMigrations } from './llm-budget.store.ts';
import { LlmClient } from './llm-client.service.ts';
import { RewriteRuns } from './rewrite-runs.service.ts';
import { RewritingHandler } from './rewriting.handler.ts';
import { RewritingService } from './rewriting.service.ts';
import { TextWriter } from './text-writer.service.ts';

/** Drafts and rewrites by a language model. Serves `posts.post.rewrite.v1` and `posts.post.draft.v1`. Exports `llm_*` metrics. */
@Module({
  imports: [PostsFeatureModule, AdviceModule, PlatformModule.forFeature({ migrations: llmBudgetMigrations })],
  controllers: [RewritingHandler],
  providers: [
    ...[LlmBudgetStore, LlmClient, TextWriter, RewriteRuns, RewritingService],
    removedBy('texts of the language model', TextWriter, (writer, ownerId) => writer.forget(ownerId)),
  ],
})
export class RewritingModule {}
