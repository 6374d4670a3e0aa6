import type { TextAnalysis, TextTask } from '#contracts';
import { detectLanguage, type LanguageResult, learnWords } from './detect-language.ts';
import { embedText } from './embed-text.ts';
import { findEntities } from './find-entities.ts';
import type { GrammarFinding } from './grammar/grammar-rule.ts';
import { findKeywords } from './keywords.ts';
import * as present from './present-findings.ts';
import { readDocument } from './read-document.ts';
import { measureReadability } from './readability.ts';
import { type Sentiment, scoreSentiment } from './sentiment.ts';
import { sentimentLexicons } from './sentiment-lexicon.ts';
import { describeStructure } from './structure.ts';
import type { FullLanguage, TextDocument } from './text-document.ts';
import { findTone } from './tone.ts';

/** Counts the changes that make other answers; stored analyses carry it. */
export const engineVersion = 5;

/** What this engine does when no task is named. */
export const engineTasks = ['language', 'sentiment', 'tone', 'readability', 'keywords', 'entities', 'structure'] as const;

export interface AnalyzeOptions {
  /** What is done; everything that the engine does when left out. The language is always told, the other tasks need it. */
  readonly tasks?: readonly TextTask[] | undefined;
  /** ISO 639-1; detected when left out. */
  readonly language?: string | undefined;
  /** Keeps the readability formulas of the other language too, instead of null. */
  readonly everyFormula?: boolean;
  /**
   * Checks grammar when that task is asked for. It is given rather than imported, because its word lists are large: a worker of its own loads them.
   */
  readonly checkGrammar?: ((document: TextDocument, language: FullLanguage) => readonly GrammarFinding[]) | undefined;
  /** Called after each task. */
  readonly onTask?: (task: TextTask, durationMs: number) => void;
}

for (const language of ['en', 'es'] as const) learnWords(language, sentimentLexicons[language].weights.keys());

/**
 * Analyses a text: one tokenisation, read by every task that was asked for. The same text gives the same answer.
 *
 * English and Spanish get every task. Another language gets what needs no words: its own name, emoji, addresses, dates, amounts, structure.
 *
 * @throws RangeError for a text above `maxTextUnits`
 */
export function analyzeText(text: string, options: AnalyzeOptions = {}): TextAnalysis {
  const { tasks = engineTasks, onTask, checkGrammar } = options;
  const run = <T>(task: TextTask, work: () => T): T | null => {
    if (task !== 'language' && !tasks.includes(task)) return null;
    const startedAt = performance.now();
    const found = work();
    onTask?.(task, performance.now() - startedAt);
    return found;
  };
  const document = readDocument(text);
  const told = run('language', () => languageOf(document, options.language))!;
  const full = isFull(told.language) ? told.language : null;
  const formulas = options.everyFormula ? 'all' : full;
  let scored: Sentiment | undefined;
  const score = (): Sentiment => {
    scored ??= scoreSentiment(document, told.sentences);
    return scored;
  };
  return {
    language: told.language,
    languageConfidence: told.confidence,
    sentiment: run('sentiment', () => present.sentiment(score())),
    tone: run('tone', () => full && present.tone(findTone(document, full, score()))),
    readability: run('readability', () => full && present.readability(measureReadability(document, full), formulas)),
    keywords: run('keywords', () => (full ? present.keywords(findKeywords(document, full)) : [])) ?? [],
    entities: run('entities', () => findEntities(document, full !== null)) ?? [],
    structure: run('structure', () => present.structure(describeStructure(document, full ? [full] : ['en', 'es']))),
    grammar: run('grammar', () => (full && checkGrammar ? present.grammar(checkGrammar(document, full)) : null)),
    embedding: run('embedding', () => present.embedding(embedText(text))),
    notes: notesOf(document, told, full, tasks),
    engineVersion,
  };
}

function languageOf(document: TextDocument, given: string | undefined): LanguageResult {
  if (given === undefined) return detectLanguage(document);
  return { language: given, confidence: 1, shares: [{ language: given, share: 1 }], sentences: document.sentences.map(() => given) };
}

function notesOf(document: TextDocument, told: LanguageResult, full: FullLanguage | null, tasks: readonly TextTask[]): string[] {
  const unchecked = tasks.includes('grammar') && !full && document.words.length > 0 ? ['Grammar is checked in English and Spanish.'] : [];
  return [...languageNotes(document, told, full), ...unchecked];
}

function languageNotes(document: TextDocument, { language, shares }: LanguageResult, full: FullLanguage | null): string[] {
  if (document.words.length === 0) return ['The text has no words.'];
  if (language === 'und') return ['The language could not be told: tone, readability, keywords and names were left out.'];
  if (!full) return [`Language ${language}: sentiment is from emoji alone; tone, readability, keywords and names need English or Spanish.`];
  return shares.length > 1
    ? [`The text mixes languages (${shares.map((share) => share.language).join(', ')}); sentiment is scored sentence by sentence.`]
    : [];
}

const isFull = (language: string): language is FullLanguage => language === 'en' || language === 'es';
