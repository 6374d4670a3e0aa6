import { detectLanguage, type LanguageResult, learnWords } from './detect-language.ts';
import { type Entity, findEntities } from './find-entities.ts';
import { findKeywords, type Keyword } from './keywords.ts';
import { readDocument } from './read-document.ts';
import { measureReadability, type Readability } from './readability.ts';
import { type Sentiment, scoreSentiment } from './sentiment.ts';
import { sentimentLexicons } from './sentiment-lexicon.ts';
import { describeStructure, type Structure } from './structure.ts';
import type { FullLanguage, TextDocument } from './text-document.ts';
import { findTone, type Tone, type ToneResult } from './tone.ts';

export const textTasks = ['language', 'sentiment', 'tone', 'readability', 'keywords', 'entities', 'structure'] as const;
export type TextTask = (typeof textTasks)[number];

export interface AnalyzeOptions {
  /** What is done; all when left out. The language is always told, the other tasks need it. */
  readonly tasks?: readonly TextTask[];
  /** ISO 639-1; detected when left out. */
  readonly language?: string;
  /** The tones to choose from; the seven of a post when left out. */
  readonly tones?: readonly Tone[];
}

export interface TextAnalysis {
  readonly language: LanguageResult;
  readonly sentiment?: Sentiment;
  /** null where the language has no word lists; a note says so. The same holds for readability and keywords. */
  readonly tone?: ToneResult | null;
  readonly readability?: Readability | null;
  readonly keywords?: readonly Keyword[] | null;
  readonly entities?: readonly Entity[];
  readonly structure?: Structure;
  /** What was left out and why. */
  readonly notes: readonly string[];
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
  const document = readDocument(text);
  const language = languageOf(document, options.language);
  const wanted = new Set(options.tasks ?? textTasks);
  const full = isFull(language.language) ? language.language : null;
  return {
    language,
    ...(wanted.has('sentiment') && { sentiment: scoreSentiment(document, language.sentences) }),
    ...(wanted.has('tone') && { tone: full && findTone(document, full, options.tones) }),
    ...(wanted.has('readability') && { readability: full && measureReadability(document, full) }),
    ...(wanted.has('keywords') && { keywords: full && findKeywords(document, full) }),
    ...(wanted.has('entities') && { entities: findEntities(document, full !== null) }),
    ...(wanted.has('structure') && { structure: describeStructure(document, full ? [full] : ['en', 'es']) }),
    notes: notesOf(document, language, full),
  };
}

function languageOf(document: TextDocument, given: string | undefined): LanguageResult {
  if (given === undefined) return detectLanguage(document);
  return { language: given, confidence: 1, shares: [{ language: given, share: 1 }], sentences: document.sentences.map(() => given) };
}

function notesOf(document: TextDocument, { language, shares }: LanguageResult, full: FullLanguage | null): string[] {
  if (document.words.length === 0) return ['The text has no words.'];
  if (language === 'und') return ['The language could not be told: tone, readability, keywords and names were left out.'];
  if (!full) return [`Language ${language}: sentiment is from emoji alone; tone, readability, keywords and names need English or Spanish.`];
  return shares.length > 1
    ? [`The text mixes languages (${shares.map((share) => share.language).join(', ')}); sentiment is scored sentence by sentence.`]
    : [];
}

const isFull = (language: string): language is FullLanguage => language === 'en' || language === 'es';
