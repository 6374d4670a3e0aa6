/** What the tasks find, in the shape of the contract. */

import type { TextAnalysis } from '#contracts';
import type { GrammarFinding } from './grammar/grammar-rule.ts';
import type { Keyword } from './keywords.ts';
import type { Readability } from './readability.ts';
import type { Sentiment } from './sentiment.ts';
import type { Structure } from './structure.ts';
import type { FullLanguage, Span } from './text-document.ts';
import type { ToneResult } from './tone.ts';

type Found<Task extends keyof TextAnalysis> = NonNullable<TextAnalysis[Task]>;

/** Words of a text that are listed as evidence of its sentiment; the score counts all of them. */
const maxWords = 200;

export const sentiment = ({ label, score, confidence, words }: Sentiment): Found<'sentiment'> => ({
  ...{ label, score, confidence },
  words: words.slice(0, maxWords).map(({ start, end, text, weight }) => ({ start, end, text, weight })),
});

export const tone = ({ label, confidence, scores, evidence }: ToneResult): Found<'tone'> => ({
  ...{ label, confidence, scores },
  evidence: evidence.map(({ start, end, text, weight }) => ({ start, end, text, weight })),
});

/** @param formulas whose formulas are kept; those of the other language are null */
export function readability(measured: Readability | null, formulas: FullLanguage | 'all' | null): Found<'readability'> | null {
  if (!measured) return null;
  const { sentences, words, syllables, readingTimeSeconds } = measured;
  const english = formulas === 'en' || formulas === 'all';
  const spanish = formulas === 'es' || formulas === 'all';
  return {
    ...{ sentences, words, syllables, readingSeconds: readingTimeSeconds },
    flesch: english ? measured.flesch : null,
    fleschKincaidGrade: english ? measured.fleschKincaidGrade : null,
    smog: english ? measured.smog : null,
    ari: english ? measured.ari : null,
    colemanLiau: english ? measured.colemanLiau : null,
    gunningFog: english ? measured.gunningFog : null,
    fernandezHuerta: spanish ? measured.fernandezHuerta : null,
    szigrisztPazos: spanish ? measured.szigrisztPazos : null,
  };
}

/** Each with the span of its first mention. */
export const keywords = (found: readonly Keyword[]): TextAnalysis['keywords'] =>
  found.map(({ text, score, spans: [first] }) => ({ text, score, start: first?.start ?? 0, end: first?.end ?? 0 }));

export const structure = (found: Structure): Found<'structure'> => ({
  hook: { ...spanOf(found.hook), isFolded: found.hook.folded },
  lengthUnits: found.utf16Units,
  lengthGraphemes: found.graphemes,
  paragraphs: found.paragraphs.length,
  questions: found.questions.length,
  links: found.links.length,
  hashtags: found.hashtags.map(({ text }) => text),
  mentions: found.mentions.map(({ text }) => text),
  emoji: found.emoji.length,
  callsToAction: found.callsToAction.map(({ start, end, text, confidence }) => ({ start, end, text, confidence })),
});

const spanOf = ({ start, end }: Span): Span => ({ start, end });

export const grammar = (found: readonly GrammarFinding[]): NonNullable<TextAnalysis['grammar']> =>
  found.map(({ start, end, text, suggestions, rule, confidence }) => ({
    start,
    end,
    text,
    suggestions: [...suggestions],
    rule,
    confidence,
  }));

/** Five digits: what is left out moves a cosine by less than 1e-5. */
export const embedding = (vector: Float32Array): number[] => Array.from(vector, (value) => Math.round(value * 1e5) / 1e5);
