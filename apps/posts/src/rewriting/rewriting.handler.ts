import { Controller } from '@nestjs/common';
import { draftPost, type RequestOf, rewritePost } from '#contracts';
import { Handles } from '#platform';
import { RewritingService } from './rewriting.service.ts';

@Controller()
export class RewritingHandler {
  constructor(private readonly rewriting: RewritingService) {}

  @Handles(rewritePost)
  rewrite(request: RequestOf<typeof rewritePost>) {
    return this.rewriting.rewrite(request);
  }

  @Handles(draftPost)
  draft(request: RequestOf<typeof draftPost>) {
    return this.rewriting.draft(request);
  }
}
