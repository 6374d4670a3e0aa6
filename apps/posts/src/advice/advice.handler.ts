import { Controller } from '@nestjs/common';
import { comparePosts, getPostAdvice, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { AdviceService } from './advice.service.ts';

@Controller()
export class AdviceHandler {
  constructor(private readonly advice: AdviceService) {}

  @Handles(getPostAdvice)
  get({ postId }: RequestOf<typeof getPostAdvice>) {
    return this.advice.get(postId);
  }

  @Handles(comparePosts)
  compare(request: RequestOf<typeof comparePosts>) {
    return this.advice.compare(request);
  }
}
