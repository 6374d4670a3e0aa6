import { Injectable } from '@nestjs/common';
import { type analyzeTexts, faultOfText, type ReplyOf, type RequestOf } from '#contracts';
import { MeteredTexts } from './metered-texts.service.ts';

type Request = RequestOf<typeof analyzeTexts>;
type Reply = ReplyOf<typeof analyzeTexts>;
type Item = NonNullable<Request['items']>[number];

@Injectable() // answers a batch of texts; a bad one fails alone
export class TextsService {
  constructor(private readonly texts: MeteredTexts) {}

  /** @throws Failure `quota-exceeded`, `overloaded` */
  async analyze({ text, items, tasks, language }: Request): Promise<Reply> {
    const startedAt = performance.now();
    const asked: readonly Item[] = items ?? [{ id: '0', text: text ?? '' }];
    const faults = asked.map(({ text: own }) => faultOfText(own));
    const good = asked.filter((_, at) => !faults[at]).map(({ text: own }) => own.normalize('NFC'));
    const analyses = (await this.texts.analyzeAll(good, { tasks, language })).values();
    return {
      items: asked.map(({ id }, at) => {
        const detail = faults[at];
        if (detail) return { id, analysis: null, problem: { code: 'request-invalid', detail } };
        return { id, analysis: analyses.next().value!, problem: null };
      }),
      processingMs: performance.now() - startedAt,
    } as Reply;
  }
}
