import { Module } from '@nestjs/common';
import { healthCheck } from '#platform';
import { MeteredTexts } from './metered-texts.service.ts';
import { TextAnalyzer } from './text-analyzer.service.ts';
import { TextCheck } from './text-check.service.ts';
import { TextsHandler } from './texts.handler.ts';
import { TextsService } from './texts.service.ts';

/** Analysis of texts that are not kept, and the health check `text`. Serves `posts.text.*`. Exports `nlp_processing_duration_seconds`. */
@Module({
  controllers: [TextsHandler],
  providers: [TextAnalyzer, MeteredTexts, TextsService, TextCheck, healthCheck('text', TextCheck)],
  exports: [TextAnalyzer, MeteredTexts],
})
export class TextsModule {}
