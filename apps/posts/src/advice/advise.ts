/** Advice on a text: every rule judges it, the verdicts make a score. Pure. */
import { type AdviceRule, adviceRules, type PostAdvice } from '#contracts';
import type { AdviceInput, Rule, Verdict } from './advice-rule.ts';
import { contentRules } from './content-rules.ts';
import { layoutRules } from './layout-rules.ts';
import { styleRules } from './style-rules.ts';

const byName = new Map<AdviceRule, Rule>(
  [...Object.values(layoutRules), ...Object.values(contentRules), ...Object.values(styleRules)].map((rule) => [rule.name, rule]),
);

interface Judged extends Verdict {
  readonly rule: AdviceRule;
  readonly weight: number;
}

/** @param input a text with its analysis, which must have `structure`; other findings may be missing */
export function advise(input: AdviceInput): PostAdvice {
  const judged = adviceRules.map((name): Judged => {
    const { weight, judge } = byName.get(name)!;
    return { rule: name, weight, ...judge(input) };
  });
  return {
    network: 'linkedin',
    language: input.analysis.language,
    score: percent(meanOf(judged)),
    parts: judged.map(({ rule, score, weight, measured }) => ({ rule, score: score === null ? null : percent(score), weight, measured })),
    suggestions: judged
      .filter(({ suggestion }) => suggestion)
      .sort((a, b) => gainOf(b) - gainOf(a))
      .map(({ rule, suggestion }) => ({ rule, ...suggestion! })),
  };
}

export interface Comparison {
  readonly best: number;
  readonly bestByRule: { readonly rule: AdviceRule; readonly variants: number[] }[];
}

/** @param items advice on the variants, at least one. Rules in which all of them are equal are left out */
export function compareAdvice(items: readonly PostAdvice[]): Comparison {
  const scores = items.map(({ score }) => score);
  const bestByRule = adviceRules.map((rule, at) => ({ rule, variants: positionsOfMax(items.map(({ parts }) => parts[at]!.score ?? -1)) }));
  return {
    best: scores.indexOf(Math.max(...scores)),
    bestByRule: bestByRule.filter(({ variants }) => variants.length < items.length),
  };
}

const percent = (share: number) => Math.round(100 * share);

function meanOf(judged: readonly Judged[]): number {
  const counted = judged.filter(({ score }) => score !== null);
  const weights = counted.reduce((sum, { weight }) => sum + weight, 0);
  return counted.reduce((sum, { score, weight }) => sum + weight * score!, 0) / weights;
}

/** What following the suggestion adds; problems stand above all improvements. */
const gainOf = ({ suggestion, score, weight }: Judged) => (suggestion?.severity === 'problem' ? 1_000 : 0) + weight * (1 - (score ?? 1));

function positionsOfMax(values: readonly number[]): number[] {
  const most = Math.max(...values);
  return values.flatMap((value, at) => (value === most ? [at] : []));
}
