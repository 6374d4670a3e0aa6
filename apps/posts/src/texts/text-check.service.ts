import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import type { SelfTest } from '#platform';
import { TextAnalyzer } from './text-analyzer.service.ts';

/** Its language and its sentiment are beyond doubt. */
const text = 'This is a wonderful evening, and we are very happy with the excellent concert. What a great success!';

@Injectable() // analyses a fixed text, on a thread as a batch does: what every analysis rests on
export class TextCheck implements SelfTest {
  constructor(private readonly analyzer: TextAnalyzer) {}

  async run(): Promise<void> {
    for (const { language, sentiment } of await this.analyzer.analyzeAll([text, text])) {
      if (language !== 'en' || sentiment?.label !== 'positive')
        throw new Failure('internal', `A happy English text was found to be ${sentiment?.label ?? 'without sentiment'}, in ${language}.`);
    }
  }
}
