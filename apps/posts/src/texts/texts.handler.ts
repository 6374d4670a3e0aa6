import { Controller } from '@nestjs/common';
import { analyzeTexts, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { TextsService } from './texts.service.ts';

@Controller()
export class TextsHandler {
  constructor(private readonly texts: TextsService) {}

  @Handles(analyzeTexts)
  analyze(request: RequestOf<typeof analyzeTexts>) {
    return this.texts.analyze(request);
  }
}
