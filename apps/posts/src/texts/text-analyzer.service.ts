import { Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import type { TextAnalysis } from '#contracts';
import type { TextsInput, TextsOutput } from './analyze-texts.worker.ts';
import { observeTasks } from './nlp.metrics.ts';
import { splitBatch } from './split-batch.ts';

const withoutGrammar = task<TextsInput, TextsOutput>('./analyze-texts.worker', import.meta.url);
const withGrammar = task<TextsInput, TextsOutput>('./check-texts.worker', import.meta.url);

/** Up to here a text is analysed on the event loop: 4,000 units of English take about 2.6 ms of CPU. The cost of a thread is not measured yet. */
const maxInlineUnits = 4_000;
/** About 65 ms of CPU on a thread. */
const partLimits = { texts: 100, units: 100_000 };
/** Of one batch: others get their turn at the threads. */
const maxPartsInFlight = 4;

export interface AnalysisOptions {
  readonly tasks?: TextsInput['tasks'];
  readonly language?: string | undefined;
}

@Injectable() // analyses texts: one short text at once, everything else on threads
export class TextAnalyzer {
  constructor(private readonly compute: Compute) {}

  /** @throws Failure `overloaded` when too much waits for the threads */
  async analyze(text: string, options: AnalysisOptions = {}): Promise<TextAnalysis> {
    const [analysis] = await this.analyzeAll([text], options);
    return analysis as TextAnalysis;
  }

  /** @returns in the order of the texts. @throws Failure `overloaded` when too much waits for the threads */
  async analyzeAll(texts: readonly string[], options: AnalysisOptions = {}): Promise<TextAnalysis[]> {
    const [first] = texts;
    const checked = options.tasks?.includes('grammar') ?? false;
    if (!checked && texts.length === 1 && first !== undefined && first.length <= maxInlineUnits)
      return finish(await analyzeInline(first, options));
    const parts = splitBatch(texts, partLimits);
    const found: TextAnalysis[][] = [];
    let next = 0;
    const takeParts = async () => {
      while (next < parts.length) {
        const at = next++;
        found[at] = finish(await this.compute.run(checked ? withGrammar : withoutGrammar, { ...options, texts: parts[at]! }));
      }
    };
    await Promise.all(Array.from({ length: Math.min(maxPartsInFlight, parts.length) }, takeParts));
    return found.flat();
  }
}

/** The word lists load with the first text, not with the service. */
async function analyzeInline(text: string, options: AnalysisOptions): Promise<TextsOutput> {
  const { default: analyzeTexts } = await import('./analyze-texts.worker.ts');
  return analyzeTexts({ ...options, texts: [text] });
}

function finish({ analyses, times }: TextsOutput): TextAnalysis[] {
  observeTasks(times);
  return [...analyses];
}
