/** Scores the text analysis on the gold sets: the tuned part, the part held back (ids divisible by 3) and the fresh sets, each apart. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TextAnalysis, TextTask } from '#contracts';
import { analyzeText } from '../src/analysis/analyze-text.ts';
import { checkGrammar } from '../src/analysis/grammar/check-grammar.ts';
import { countSyllables } from '../src/analysis/syllables.ts';

export type Part = 'tuned' | 'practice' | 'held-back' | 'fresh' | 'fresh2' | 'fresh3' | 'fresh4' | 'fresh5a' | 'fresh5b';

export interface GoldScore {
  readonly task: string;
  readonly part: Part;
  /** In [0, 1]. */
  readonly score: number;
  readonly items: number;
}

export interface Miss {
  readonly task: string;
  readonly part: Part;
  readonly line: string;
}

interface Item {
  readonly id: string;
  readonly text: string;
  readonly language?: 'en' | 'es';
}
interface Span {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}
interface Entity extends Span {
  readonly type: string;
}
type Run = readonly [misses: Miss[], parts: readonly Part[]];
type Report = (line: string) => void;
type Scorer<Gold> = (items: readonly (Item & Gold)[], report: Report) => number;

export const allParts: readonly Part[] = ['tuned', 'practice', 'held-back', 'fresh', 'fresh2', 'fresh3', 'fresh4', 'fresh5a', 'fresh5b'];
/** The parts whose misses may be read while the engine changes. */
export const tuningParts: readonly Part[] = ['tuned', 'practice', 'fresh', 'fresh2', 'fresh3', 'fresh5a'];
/** Whether a part is a folder of its own rather than lines of the common files. */
const isWhole = (part: Part): boolean => part.startsWith('fresh') || part === 'practice';
const partOf = (number: number): Part => (number % 3 === 0 ? 'held-back' : 'tuned');
const linesOf = (file: string) =>
  readFileSync(join(import.meta.dirname, file), 'utf8')
    .trim()
    .split('\n');

/** Every score of the given parts; `misses` gets what was wrong. */
export function scoreGold(misses: Miss[] = [], parts: readonly Part[] = allParts): GoldScore[] {
  const each = (['en', 'es'] as const).flatMap((language) => [
    ...score<{ sentiment: string }>(
      `sentiment.${language}`,
      labelScorer('sentiment', ({ sentiment }) => sentiment?.label),
      [misses, parts],
    ),
    ...score<{ tone: string }>(
      `tone.${language}`,
      macroF1('tone', ({ tone }) => tone?.label),
      [misses, parts],
    ),
    ...score<{ entities: Entity[] }>(`entities.${language}`, entityF1(overlap), [misses, parts], ' overlap F1'),
    ...score<{ entities: Entity[] }>(`entities.${language}`, entityF1(same), [misses, parts], ' strict F1'),
    ...score<{ keywords: string[] }>(`keywords.${language}`, precisionAt5, [misses, parts]),
    ...score<{ errors: Span[] }>(`grammar.${language}`, grammarScore(precision), [misses, parts], ' precision'),
    ...score<{ errors: Span[] }>(`grammar.${language}`, grammarScore(recall), [misses, parts], ' recall'),
    ...score<{ errors: Span[] }>(`grammar.${language}`, cleanKept, [misses, parts], ' clean unflagged'),
    ...syllables(language, [misses, parts]),
  ]);
  return [
    ...score<{ language: string }>(
      'language',
      labelScorer('language', ({ language }) => language),
      [misses, parts],
    ),
    ...each,
    ...score<{ sentences: number; words: number }>('readability', exactCounts, [misses, parts]),
  ];
}

function score<Gold>(set: string, scorer: Scorer<Gold>, [misses, parts]: Run, suffix = ''): GoldScore[] {
  return parts.flatMap((part) => {
    const own = itemsOf<Gold>(set, part);
    const task = set + suffix;
    if (own.length === 0) return [];
    return { task, part, items: own.length, score: scorer(own, (line) => misses.push({ task, part, line })) };
  });
}

function itemsOf<Gold>(set: string, part: Part): (Item & Gold)[] {
  const whole = isWhole(part);
  const file = whole ? `${part}/${set}.jsonl` : `${set}.jsonl`;
  if (!existsSync(join(import.meta.dirname, file))) return [];
  const items = linesOf(file).map((line) => JSON.parse(line) as Item & Gold);
  return whole ? items : items.filter(({ id }) => partOf(Number(/\d+$/.exec(id)?.[0])) === part);
}

const analyze = ({ text }: Item, task: TextTask, language?: string) => analyzeText(text, { tasks: [task], language });

function labelScorer<Task extends 'language' | 'sentiment'>(task: Task, labelOf: (found: TextAnalysis) => string | undefined) {
  return (items: readonly (Item & Readonly<Record<Task, string>>)[], report: Report): number => {
    const right = items.filter((item) => {
      const label = labelOf(analyze(item, task));
      if (label !== item[task]) report(`${item[task]} -> ${label}: ${item.text}`);
      return label === item[task];
    });
    return right.length / items.length;
  };
}

function macroF1(task: 'tone', labelOf: (found: TextAnalysis) => string | undefined) {
  return (items: readonly (Item & { readonly tone: string })[], report: Report): number => {
    const pairs = items.map((item) => ({ gold: item.tone, found: labelOf(analyze(item, task)), text: item.text }));
    for (const { gold, found, text } of pairs) if (gold !== found) report(`${gold} -> ${found}: ${text}`);
    const labels = [...new Set(pairs.map(({ gold }) => gold))];
    const f1s = labels.map((label) => {
      const right = pairs.filter(({ gold, found }) => gold === label && found === label).length;
      const named = pairs.filter(({ gold }) => gold === label).length + pairs.filter(({ found }) => found === label).length;
      return (2 * right) / named;
    });
    return f1s.reduce((sum, f1) => sum + f1, 0) / labels.length;
  };
}

const overlap = (a: Entity, b: Entity): boolean => a.type === b.type && a.start < b.end && b.start < a.end;
const same = (a: Entity, b: Entity): boolean => a.type === b.type && a.start === b.start && a.end === b.end;

function entityF1(matches: (a: Entity, b: Entity) => boolean): Scorer<{ entities: Entity[] }> {
  return (items, report) => {
    let [right, named] = [0, 0];
    for (const item of items) {
      const found = analyze(item, 'entities').entities.filter(({ type }) => type !== 'EMAIL');
      const left = [...item.entities];
      for (const entity of found) {
        const at = left.findIndex((gold) => matches(entity, gold));
        if (at < 0) report(`extra ${entity.type} ${entity.text}: ${item.text}`);
        else left.splice(at, 1);
      }
      for (const { type, text } of left) report(`missing ${type} ${text}: ${item.text}`);
      right += item.entities.length - left.length;
      named += item.entities.length + found.length;
    }
    return (2 * right) / named;
  };
}

const folded = (text: string): string => text.toLowerCase().normalize('NFC');

const precisionAt5: Scorer<{ keywords: string[] }> = (items, report) => {
  const each = items.map((item) => {
    const gold = new Set(item.keywords.map(folded));
    const found = analyze(item, 'keywords')
      .keywords.slice(0, 5)
      .map(({ text }) => folded(text));
    const right = found.filter((word) => gold.has(word)).length;
    if (right < 5) report(`${right}/5 ${found.map((word) => (gold.has(word) ? word : `*${word}`)).join(', ')} | ${[...gold].join(', ')}`);
    return right / 5;
  });
  return each.reduce((sum, precision) => sum + precision, 0) / each.length;
};

interface GrammarCounts {
  readonly right: number;
  readonly found: number;
  readonly gold: number;
}
const precision = ({ right, found }: GrammarCounts): number => right / (found || 1);
const recall = ({ right, gold }: GrammarCounts): number => right / (gold || 1);
const languageOf = ({ id }: Item): 'en' | 'es' => (id.includes('-es-') ? 'es' : 'en');
const findingsOf = (item: Item) => analyzeText(item.text, { tasks: ['grammar'], language: languageOf(item), checkGrammar }).grammar ?? [];

/** An error is found when a finding overlaps it. */
const grammarScore =
  (figure: (counts: GrammarCounts) => number): Scorer<{ errors: Span[] }> =>
  (items, report) => {
    let [right, found, gold] = [0, 0, 0];
    for (const item of items) {
      const findings = findingsOf(item);
      const left = [...item.errors];
      for (const finding of findings) {
        const at = left.findIndex(({ start, end }) => finding.start < end && start < finding.end);
        if (at >= 0) left.splice(at, 1);
        else if (figure === precision) report(`extra ${finding.rule} ${finding.text}: ${item.text}`);
      }
      if (figure === recall) for (const { text } of left) report(`missing ${text}: ${item.text}`);
      right += item.errors.length - left.length;
      found += findings.length;
      gold += item.errors.length;
    }
    return figure({ right, found, gold });
  };

const cleanKept: Scorer<{ errors: Span[] }> = (items) => {
  const clean = items.filter(({ errors }) => errors.length === 0);
  return clean.filter((item) => findingsOf(item).length === 0).length / clean.length;
};

const exactCounts: Scorer<{ sentences: number; words: number }> = (items, report) =>
  items.filter((item) => {
    const found = analyze(item, 'readability', item.language).readability;
    const exact = found?.sentences === item.sentences && found.words === item.words;
    if (!exact) report(`${item.sentences}/${item.words} -> ${found?.sentences}/${found?.words}: ${item.text}`);
    return exact;
  }).length / items.length;

/** One minus the difference in syllables, as a share of all syllables. */
function syllables(language: 'en' | 'es', [misses, parts]: Run): GoldScore[] {
  const words = linesOf(`syllables.${language}.tsv`).map((line, at) => ({ part: partOf(at + 1), fields: line.split('\t') }));
  return parts
    .filter((part) => !isWhole(part))
    .map((part) => {
      const own = words.filter((word) => word.part === part).map(({ fields: [word = '', count] }) => ({ word, count: Number(count) }));
      const task = `syllables.${language}`;
      let [wrong, all] = [0, 0];
      for (const { word, count } of own) {
        const found = countSyllables(word, language);
        wrong += Math.abs(found - count);
        all += count;
        if (found !== count) misses.push({ task, part, line: `${word} ${count} -> ${found}` });
      }
      return { task, part, items: own.length, score: 1 - wrong / all };
    });
}
