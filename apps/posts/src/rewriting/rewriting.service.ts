import { Injectable } from '@nestjs/common';
import { type draftPost, Failure, type PostAdvice, type PostRewrite, type RequestOf, type rewritePost } from '#contracts';
import { AdviceService } from '../advice/advice.service.ts';
import { PostService } from '../posts/post.service.ts';
import type { Order } from './prompts.ts';
import { RewriteRuns, type RunControl } from './rewrite-runs.service.ts';
import { TextWriter } from './text-writer.service.ts';

@Injectable() // writes posts anew, and new ones; where no language model is configured, rules say what to change
export class RewritingService {
  constructor(
    private readonly posts: PostService,
    private readonly advice: AdviceService,
    private readonly writer: TextWriter,
    private readonly runs: RewriteRuns,
  ) {}

  /** Saves nothing. @throws Failure `post-not-found`, `overloaded`; those of the language model: `llm-*`, `cancelled` */
  rewrite({ postId, instruction, language, ...run }: RequestOf<typeof rewritePost>): Promise<PostRewrite> {
    return this.runs.run(run, async (control) => {
      const { text } = await this.posts.get(postId);
      const before = await this.advice.get(postId);
      if (!this.writer.isConfigured) return byRules(before);
      const advice = before.suggestions.map(({ message }) => message);
      return this.write({ task: 'rewrite', text, instruction, language, advice }, control, before.score);
    });
  }

  /** Saves nothing. @throws Failure `llm-not-configured`, `overloaded`; those of the language model: `llm-*`, `cancelled` */
  async draft({ brief, language, ...run }: RequestOf<typeof draftPost>): Promise<PostRewrite> {
    if (!this.writer.isConfigured) throw new Failure('llm-not-configured', 'This installation has no language model to write a draft.');
    const order: Order = { task: 'draft', text: brief, instruction: undefined, language, advice: [] };
    return this.runs.run(run, (control) => this.write(order, control, null));
  }

  private async write(order: Order, control: RunControl, scoreBefore: number | null): Promise<PostRewrite> {
    const { text, model, isCached, redactedCount } = await this.writer.write(order, control);
    const { score, suggestions } = await this.advice.ofText(text);
    return { source: 'llm', text, model, isCached, redactedCount, scoreBefore, scoreAfter: score, suggestions };
  }
}

const byRules = ({ score, suggestions }: PostAdvice): PostRewrite => ({
  ...{ source: 'rules', text: null, model: null, isCached: false, redactedCount: 0 },
  ...{ scoreBefore: score, scoreAfter: null, suggestions },
});
