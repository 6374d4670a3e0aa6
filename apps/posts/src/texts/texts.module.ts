import { Module } from '@nestjs/common';
import { TextAnalyzer } from './text-analyzer.service.ts';
import { TextsHandler } from './texts.handler.ts';
import { TextsService } from './texts.service.ts';

/** Analysis of texts that are not kept. Serves `posts.text.*`. Exports `nlp_processing_duration_seconds`. */
@Module({ controllers: [TextsHandler], providers: [TextAnalyzer, TextsService], exports: [TextAnalyzer] })
export class TextsModule {}
