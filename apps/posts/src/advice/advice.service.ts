import { Injectable } from '@nestjs/common';
import { type comparePosts, type PostAdvice, type ReplyOf, type RequestOf, type TextTask, textTasksDefault } from '#contracts';
import { PostService } from '../posts/post.service.ts';
import { MeteredTexts } from '../texts/metered-texts.service.ts';
import { TextAnalyzer } from '../texts/text-analyzer.service.ts';
import { advise, compareAdvice } from './advise.ts';

/** What the rules read. */
const tasks: readonly TextTask[] = textTasksDefault.filter((task) => !['sentiment', 'tone', 'keywords'].includes(task));

@Injectable() // advises on texts by rules
export class AdviceService {
  constructor(
    private readonly posts: PostService,
    private readonly texts: MeteredTexts,
    private readonly analyzer: TextAnalyzer,
  ) {}

  /** @throws Failure `post-not-found`, also for a post of somebody else; `quota-exceeded`, `overloaded` */
  async get(postId: string): Promise<PostAdvice> {
    const { text, analysis } = await this.posts.get(postId);
    return advise({ text, analysis: analysis ?? (await this.texts.analyze(text, { tasks })) });
  }

  /** On a text that is no caller's own: nothing is counted. @throws Failure `overloaded` */
  async ofText(text: string): Promise<PostAdvice> {
    return advise({ text, analysis: await this.analyzer.analyze(text, { tasks }) });
  }

  /** @throws Failure `quota-exceeded`, `overloaded` */
  async compare({ variants }: RequestOf<typeof comparePosts>): Promise<ReplyOf<typeof comparePosts>> {
    const analyses = await this.texts.analyzeAll(variants, { tasks });
    const items = variants.map((text, at) => advise({ text, analysis: analyses[at]! }));
    return { ...compareAdvice(items), items };
  }
}
