import type { Span, TextDocument, Token } from '../text-document.ts';
import { type Word, wordFact } from '../vocabulary.ts';
import { knowClasses, matchPattern, readPattern, type TokenPattern, type WordClasses } from './token-pattern.ts';

export interface GrammarFinding extends Span {
  readonly text: string;
  /** Replacements, the best first. */
  readonly suggestions: readonly string[];
  /** Closed set of names: `subject-verb`, `spelling`, … */
  readonly rule: string;
  /** In [0, 1]: how often a finding of this rule is right. */
  readonly confidence: number;
}

/** Replacements for the marked words, all in lower case; none withdraws the finding. */
export type Suggest = string | ((words: readonly string[]) => readonly string[]);

/** What is wrong, where, and what to write instead: alternatives of a text are separated by a slash, `$1` is the first marked word. */
export type PatternRule = readonly [rule: string, pattern: string, suggest: Suggest, confidence?: number];

/** The rules that can match where a word stands. */
export type CompiledRules = (word: Word) => readonly CompiledRule[];

interface CompiledRule {
  readonly rule: string;
  readonly pattern: TokenPattern;
  readonly suggest: Suggest;
  readonly confidence: number;
}

const defaultConfidence = 0.9;

export function compileRules(rules: readonly PatternRule[], classes: WordClasses): CompiledRules {
  const byWord = new Map<string, CompiledRule[]>();
  const others: CompiledRule[] = [];
  const known = knowClasses(classes);
  for (const [rule, source, suggest, confidence = defaultConfidence] of rules) {
    const pattern = readPattern(source, known);
    const compiled = { rule, pattern, suggest, confidence };
    if (!pattern.firstWords) others.push(compiled);
    else for (const word of pattern.firstWords) byWord.set(word, [...(byWord.get(word) ?? []), compiled]);
  }
  return wordFact((word) => [...(byWord.get(word.folded) ?? []), ...others.filter(({ pattern }) => pattern.mayBegin(word))]);
}

/** Every match of every rule, in the order of the text; matches may overlap. */
export function applyRules(rulesAt: CompiledRules, document: TextDocument): GrammarFinding[] {
  const found: GrammarFinding[] = [];
  const { tokens } = document;
  for (const sentence of document.sentences)
    for (let at = sentence.first; at < sentence.last; at++)
      for (const rule of rulesAt(tokens[at]!.word)) {
        const match = matchPattern(rule.pattern, tokens, at, sentence);
        const finding = match && findingOf(document, match.first, match.last, rule.suggest, rule);
        if (finding) found.push(finding);
      }
  return found;
}

/** A finding about tokens `first` to before `last`; undefined without a replacement, or when the text says already what is suggested. */
export function findingOf(
  { text, tokens }: TextDocument,
  first: number,
  last: number,
  suggest: Suggest,
  { rule, confidence }: { readonly rule: string; readonly confidence: number },
): GrammarFinding | undefined {
  const marked = tokens.slice(first, last);
  const words = marked.map(({ folded }) => folded);
  const start = marked[0]!.start;
  const end = marked.at(-1)!.end;
  const raw = typeof suggest === 'function' ? suggest(words) : suggest.split('/').map((one) => fill(one, words));
  const own = text.slice(start, end);
  const suggestions = [...new Set(raw.map((one) => matchCase(one, marked[0]!)))].filter((one) => one !== own);
  return suggestions.length > 0 ? { start, end, text: own, suggestions, rule, confidence } : undefined;
}

const fill = (template: string, words: readonly string[]): string =>
  template.replace(/\$(\d)/g, (_, number: string) => words[Number(number) - 1] ?? '');

function matchCase(suggestion: string, { text }: Token): string {
  if (text.length > 2 && text === text.toUpperCase() && text !== text.toLowerCase()) return suggestion.toUpperCase();
  return /^\p{Lu}/u.test(text) ? suggestion.replace(/\p{L}/u, (letter) => letter.toUpperCase()) : suggestion;
}
