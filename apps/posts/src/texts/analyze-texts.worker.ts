/** Analyses texts on a worker thread; the word lists load there once, with the first text. */
import type { TextAnalysis, TextTask } from '#contracts';
import { type AnalyzeOptions, analyzeText } from '../analysis/analyze-text.ts';

export interface TextsInput {
  readonly texts: readonly string[];
  readonly tasks?: readonly TextTask[] | undefined;
  readonly language?: string | undefined;
}

/** A task of one text. */
export interface TaskTime {
  readonly task: TextTask;
  readonly language: string;
  readonly durationMs: number;
}

export interface TextsOutput {
  /** In the order of the texts. */
  readonly analyses: readonly TextAnalysis[];
  readonly times: readonly TaskTime[];
}

export default function analyzeTexts(
  { texts, tasks, language }: TextsInput,
  { checkGrammar }: Pick<AnalyzeOptions, 'checkGrammar'> = {},
): TextsOutput {
  const times: TaskTime[] = [];
  const analyses = texts.map((text) => {
    const ofText: Omit<TaskTime, 'language'>[] = [];
    const analysis = analyzeText(text, { tasks, language, checkGrammar, onTask: (task, durationMs) => ofText.push({ task, durationMs }) });
    for (const time of ofText) times.push({ ...time, language: analysis.language });
    return analysis;
  });
  return { analyses, times };
}
