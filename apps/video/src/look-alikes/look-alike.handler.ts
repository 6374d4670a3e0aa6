import { Controller } from '@nestjs/common';
import { listSimilarVideos, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { LookAlikeService } from './look-alike.service.ts';

@Controller()
export class LookAlikeHandler {
  constructor(private readonly lookAlikes: LookAlikeService) {}

  @Handles(listSimilarVideos)
  list(request: RequestOf<typeof listSimilarVideos>) {
    return this.lookAlikes.list(request);
  }
}
