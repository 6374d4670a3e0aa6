import { Injectable } from '@nestjs/common';
import { type TextAnalysis, textUnitsOf } from '#contracts';
import { requireSubject, UsageMeter } from '#platform';
import { type AnalysisOptions, TextAnalyzer } from './text-analyzer.service.ts';

@Injectable() // analyses the texts that callers send: within their quota, and counted
export class MeteredTexts {
  constructor(
    private readonly analyzer: TextAnalyzer,
    private readonly meter: UsageMeter,
  ) {}

  /** @throws Failure `quota-exceeded`, `overloaded` */
  async analyze(text: string, options: AnalysisOptions = {}): Promise<TextAnalysis> {
    return (await this.analyzeAll([text], options))[0]!;
  }

  /** @returns in the order of the texts. @throws Failure `quota-exceeded`, `overloaded`; nothing is counted then */
  async analyzeAll(texts: readonly string[], options: AnalysisOptions = {}): Promise<TextAnalysis[]> {
    const ownerId = requireSubject();
    const units = texts.reduce((sum, text) => sum + textUnitsOf(text), 0);
    await this.meter.admit(ownerId, 'textUnits', units);
    const analyses = await this.analyzer.analyzeAll(texts, options);
    this.meter.count(ownerId, 'textUnits', units);
    return analyses;
  }
}
