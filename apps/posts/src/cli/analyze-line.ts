/** One line of `posts:analyze`: a text in, its analysis or a problem out. */
import { type TextTask, textTasks } from '#contracts';
import { type AnalyzeOptions, analyzeText } from '../analysis/analyze-text.ts';
import { maxTextUnits } from '../analysis/read-document.ts';

interface TextLine {
  readonly id: string | number;
  readonly text: string;
  readonly tasks?: readonly TextTask[] | undefined;
}

export interface LineProblem {
  /** null where the line does not tell it. */
  readonly id: string | number | null;
  readonly error: { readonly code: 'line-invalid'; readonly line: number; readonly detail: string };
}

/**
 * @param line counted from 1, for the problem
 * @returns what is printed: the same line gives the same answer
 */
export function analyzeLine(json: string, line: number, checkGrammar?: AnalyzeOptions['checkGrammar']): object {
  const read = readLine(json);
  if ('detail' in read) return problemOf(read.id, line, read.detail);
  const { id, text, tasks } = read;
  const { language, sentiment, tone, entities, grammar, readability, keywords } = analyzeText(text, {
    tasks,
    checkGrammar,
    everyFormula: true,
  });
  return {
    ...{ id, language, sentiment, tone },
    entities: entities
      .filter(({ type }) => type !== 'EMAIL')
      .map(({ type, start, end, text: words }) => ({ type, start, end, text: words })),
    grammar: (grammar ?? []).map(({ start, end, suggestions, rule, confidence }) => ({ start, end, suggestions, rule, confidence })),
    readability,
    keywords: keywords.map(({ text: words, score }) => ({ text: words, score })),
  };
}

export const problemOf = (id: LineProblem['id'], line: number, detail: string): LineProblem => ({
  id,
  error: { code: 'line-invalid', line, detail },
});

function readLine(json: string): TextLine | { readonly id: LineProblem['id']; readonly detail: string } {
  const { id, text, tasks } = parseObject(json);
  const known = typeof id === 'string' || typeof id === 'number' ? id : null;
  const refuse = (detail: string) => ({ id: known, detail });
  if (known === null) return refuse('A line is a JSON object {"id", "text", "tasks"?}; its id is text or a number.');
  if (typeof text !== 'string') return refuse('Its text is missing or no text.');
  if (text.length > maxTextUnits) return refuse(`Its text has ${text.length} UTF-16 units; at most ${maxTextUnits} are analysed.`);
  if (tasks !== undefined && !areTasks(tasks)) return refuse(`Its tasks are a list of: ${textTasks.join(', ')}.`);
  return { id: known, text, tasks: tasks as readonly TextTask[] | undefined };
}

const areTasks = (tasks: unknown): boolean =>
  Array.isArray(tasks) && tasks.length > 0 && tasks.every((task) => (textTasks as readonly unknown[]).includes(task));

function parseObject(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
