/** What a rule of advice reads and what it answers. */
import type { AdviceRule, PostAdvice, TextAnalysis } from '#contracts';
import { countGraphemes } from '../analysis/graphemes.ts';

export type Suggestion = Omit<PostAdvice['suggestions'][number], 'rule'>;
export type Evidence = Suggestion['evidence'][number];

export interface AdviceInput {
  readonly text: string;
  readonly analysis: TextAnalysis;
}

export interface Verdict {
  /** In [0, 1]; null where the rule has no measure for this text. */
  readonly score: number | null;
  /** What was measured, in words: `212 characters`. */
  readonly measured: string;
  readonly suggestion?: Suggestion;
}

export interface Rule {
  readonly name: AdviceRule;
  /** Relative to the other rules. */
  readonly weight: number;
  readonly judge: (input: AdviceInput) => Verdict;
}

const quotedUnits = 80;
const maxEvidence = 5;

/** @param spans UTF-16 units of `text`, end exclusive */
export const evidenceOf = (text: string, spans: readonly { readonly start: number; readonly end: number }[]): Evidence[] =>
  spans.slice(0, maxEvidence).map(({ start, end }) => ({
    start,
    end,
    text: text.slice(start, Math.min(end, start + quotedUnits)).toWellFormed(),
  }));

export const improvement = (message: string, evidence: readonly Evidence[] = []): Suggestion => ({
  severity: 'improvement',
  message,
  evidence,
});
export const problem = (message: string, evidence: readonly Evidence[] = []): Suggestion => ({ severity: 'problem', message, evidence });

/** `1 hashtag`, `7 hashtags`. */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? singular : plural}`;

/**
 * A score that falls from 1 at `good` to 0 at `bad`; `good` may be the larger one.
 * @returns in [0, 1]
 */
export const falling = (value: number, good: number, bad: number): number => Math.min(1, Math.max(0, (bad - value) / (bad - good)));

export interface Line {
  readonly start: number;
  readonly end: number;
  readonly graphemes: number;
}

/** Lines that are not blank, without the white space at their ends. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    const own = line.trim();
    const start = at + line.indexOf(own);
    if (own) lines.push({ start, end: start + own.length, graphemes: countGraphemes(own) });
    at += line.length + 1;
  }
  return lines;
}
